package tools_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// What nobody can find from the first page is not read; and a registry orders guides by
// their subcategory, which is why each has one.
func TestGuidesAreReachable(t *testing.T) {
	t.Parallel()
	index, err := os.ReadFile("../docs/index.md")
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	for _, link := range regexp.MustCompile(`\]\((guides/[a-z-]+\.md)`).FindAllStringSubmatch(string(index), -1) {
		linked[link[1]] = true
	}
	guides, err := filepath.Glob("../docs/guides/*.md")
	if err != nil || len(guides) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	numbered := regexp.MustCompile(`(?m)^subcategory: "[1-9]\. `)
	for _, guide := range guides {
		content, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		if name := "guides/" + filepath.Base(guide); !linked[name] {
			t.Errorf("docs/index.md has no link to %s", name)
		}
		if !numbered.Match(content) {
			t.Errorf("%s has no subcategory with a number, such as \"1. Begin\"", guide)
		}
	}
}
