package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePictureShowsWhatStandsOnTheTerminalInTheEnd(t *testing.T) {
	written := "starting 1 of 8\r\x1b[K\x1b[32mup\x1b[0m in 2 s for 外滩\r\n" +
		"\r\x1b[K  SO-1  外滩  \x1b[33mOrder\x1b[0m\r\n\r\x1b[K\x1b[2m  1 task <done>\x1b[0m\r\n" +
		"\x1b[2A\r\x1b[K  SO-1  外滩  \x1b[32m✓ sold\x1b[0m\r\n\r\x1b[K\x1b[2m  2 tasks <done>\x1b[0m\r\n\r\nTIME  WHAT\r\n"
	var out bytes.Buffer
	require.NoError(t, run([]string{"make demo", "TIME"}, strings.NewReader(written), &out))
	var shown []string
	for _, found := range regexp.MustCompile(`x="([0-9.]+)" y="(\d+)" .*?fill="(#\w+)".*?>(.*)</text>`).FindAllStringSubmatch(out.String(), -1) {
		shown = append(shown, strings.Join(found[1:], " "))
	}
	require.Equal(t, []string{
		"20.0 33 #8bd5a0 $ make demo",
		"20.0 50 #8bd5a0 up", "43.4 50 #d7dce2 in 2 s for", "129.2 50 #d7dce2 外", "144.8 50 #d7dce2 滩",
		"35.6 67 #d7dce2 SO-1", "82.4 67 #d7dce2 外", "98.0 67 #d7dce2 滩", "129.2 67 #8bd5a0 ✓ sold",
		"35.6 84 #7d8894 2 tasks &lt;done&gt;",
	}, shown)
}

func TestWhatNoTerminalOfOursShowsIsRefused(t *testing.T) {
	for written, why := range map[string]string{
		"\x1b[35mpurple TIME": "colour 35: unknown",
		"\x1b[5A":             `cursor up by "5" in line 1`,
		"\x1b[2J":             "control sequence 2J: unknown",
		"\x1bM\x1b[":          `control sequence "M\x1b[": unknown`,
		"all is well":         `no line begins with "TIME"`,
	} {
		require.EqualError(t, run([]string{"make demo", "TIME"}, strings.NewReader(written), &bytes.Buffer{}), why)
	}
}
