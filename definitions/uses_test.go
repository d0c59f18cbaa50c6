package definitions_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"waybill/definitions"
)

// twoPacks are the folders of two packs, one of which uses the other, and of one that nobody uses.
func twoPacks() fstest.MapFS {
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"trade/pack.yaml":                text("name: trade\nuses: [common]\n"),
		"trade/order.process.yaml":       text("process: order\nsteps:\n  - run: common.check\n"),
		"common/pack.yaml":               text("name: common\nsettings: {patience: {type: duration, default: 2d}}\n"),
		"common/deep/check.process.yaml": text("process: check\nsteps:\n  - wait: = settings.patience\n"),
		"common/notes.md":                text("for people"),
		"other/pack.yaml":                text("name: other\n"),
	}
}

func TestAPackIsReadWithThePacksBesideItThatItUses(t *testing.T) {
	files, err := definitions.Beside(twoPacks(), "trade")
	require.NoError(t, err)
	_, err = fs.Stat(files, "uses/other")
	require.ErrorIs(t, err, fs.ErrNotExist)
	pack, found := definitions.Load(files, newTrade())
	require.Empty(t, listed(found))
	check := pack.Processes["common.check"]
	require.Same(t, pack.Uses["common"], check.Pack)
	require.Equal(t, "patience", check.Pack.Settings[0].Name)
	require.Equal(t, "common.check", pack.Processes["order"].Steps["check"].Spec.(*definitions.Run).Process)
}

func TestAPackThatUsesNoneIsItsFolder(t *testing.T) {
	files, err := definitions.Beside(twoPacks(), "common")
	require.NoError(t, err)
	notes, err := fs.ReadFile(files, "notes.md")
	require.NoError(t, err)
	require.Equal(t, "for people", string(notes))
}

func TestWhatAUsedPackHoldsCountsInTheHash(t *testing.T) {
	hash := func(packs fs.FS) string {
		files, err := definitions.Beside(packs, "trade")
		require.NoError(t, err)
		pack, found := definitions.Load(files, newTrade())
		require.Empty(t, listed(found))
		return pack.Hash
	}
	packs := twoPacks()
	before := hash(packs)
	require.Equal(t, before, hash(packs))
	packs["other/pack.yaml"].Data = []byte("name: another\n")
	require.Equal(t, before, hash(packs))
	packs["common/pack.yaml"].Data = []byte("name: common\nsettings: {patience: {type: duration, default: 3d}}\n")
	require.NotEqual(t, before, hash(packs))
}

func TestABundleIsReadAgainAsItIs(t *testing.T) {
	files, err := definitions.Beside(twoPacks(), "trade")
	require.NoError(t, err)
	again := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		again["trade/"+name] = &fstest.MapFile{Data: text}
		return err
	}))
	same, err := definitions.Beside(again, "trade")
	require.NoError(t, err)
	first, found := definitions.Load(files, newTrade())
	require.Empty(t, listed(found))
	second, found := definitions.Load(same, newTrade())
	require.Empty(t, listed(found))
	require.Equal(t, first.Hash, second.Hash)
}
