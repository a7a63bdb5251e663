package loader_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// texts is a file of expected texts, each after a line "== name".
type texts struct {
	texts map[string]string
	order []string // of those written anew
}

// readGolden reads a golden file; with -update, it is written when the test ends.
func readGolden(t *testing.T, name string) *texts {
	t.Helper()
	file := filepath.Join("testdata", name)
	g := &texts{texts: map[string]string{}}
	if golden.Updating() {
		t.Cleanup(func() {
			var b strings.Builder
			for _, name := range g.order {
				fmt.Fprintf(&b, "== %s\n%s\n", name, g.texts[name])
			}
			if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
				t.Error(err)
			}
		})
		return g
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split("\n"+string(data), "\n== ")[1:] {
		name, text, _ := strings.Cut(block, "\n")
		g.texts[name] = strings.TrimSuffix(text, "\n")
	}
	return g
}

func (g *texts) check(t *testing.T, name, got string) {
	t.Helper()
	if golden.Updating() {
		g.texts[name] = got
		g.order = append(g.order, name)
		return
	}
	if want, ok := g.texts[name]; !ok || got != want {
		t.Errorf("got:\n%s\n\nwant:\n%s", got, want)
	}
}
