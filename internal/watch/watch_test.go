package watch_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"waybill/internal/watch"
)

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
}

func TestAChangeIsToldOnceItHasSettled(t *testing.T) {
	shop, mill := t.TempDir(), t.TempDir()
	write(t, shop, "pack.yaml", "name: shop")
	w := watch.New([][]string{{shop}, {mill}})
	require.Empty(t, w.Look(), "nothing has changed")

	write(t, mill, "pack.yaml", "name: mi")
	require.Empty(t, w.Look(), "it may still be written")
	write(t, mill, "pack.yaml", "name: mill")
	require.Empty(t, w.Look(), "it is still written")
	require.Equal(t, []int{1}, w.Look(), "it has settled")
	require.Empty(t, w.Look(), "it was told")
}

func TestNewGoneAndRenamedFilesAreChanges(t *testing.T) {
	for name, change := range map[string]func(folder string) error{
		"a new file": func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "sell.process.yaml"), nil, 0o600)
		},
		"a file that is gone": func(folder string) error { return os.Remove(filepath.Join(folder, "pack.yaml")) },
		"a renamed file": func(folder string) error {
			return os.Rename(filepath.Join(folder, "pack.yaml"), filepath.Join(folder, "pack.yml"))
		},
		"a folder that is gone": os.RemoveAll,
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			write(t, folder, "pack.yaml", "name: shop")
			w := watch.New([][]string{{folder}})
			require.NoError(t, change(folder))
			require.Empty(t, w.Look())
			require.Equal(t, []int{0}, w.Look())
		})
	}
}

func TestWhatStandsInHiddenFoldersIsNoChange(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, ".git"), 0o700))
	w := watch.New([][]string{{folder}})
	write(t, filepath.Join(folder, ".git"), "index", "anything")
	require.Empty(t, w.Look())
	require.Empty(t, w.Look())
}

func TestAPackThatUsesAnotherChangesWithIt(t *testing.T) {
	shop, common := t.TempDir(), t.TempDir()
	w := watch.New([][]string{{shop}})
	w.Folders([][]string{{shop, common}})
	write(t, common, "pack.yaml", "name: common")
	require.Empty(t, w.Look())
	require.Equal(t, []int{0}, w.Look())
}
