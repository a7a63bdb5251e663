package tools_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A directive for a linter that does not run silences nothing: it tells a reader that
// something is checked which is not.
func TestNolintNamesLintersThatRun(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("../.golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var settings struct{ Linters struct{ Enable []string } }
	if err := yaml.Unmarshal(config, &settings); err != nil {
		t.Fatal(err)
	}
	directive := regexp.MustCompile(`//nolint:([a-z0-9,]+)`)
	err = filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules" || entry.Name() == "bin") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range directive.FindAllStringSubmatch(string(source), -1) {
			for linter := range strings.SplitSeq(found[1], ",") {
				if !slices.Contains(settings.Linters.Enable, linter) {
					t.Errorf("%s: %q does not run", path, linter)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
