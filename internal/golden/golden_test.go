package golden_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "golden.txt")
	if err := os.WriteFile(path, []byte("as git writes it on Windows\r\nand here\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if golden.Updating() {
		t.Skip("the tests rewrite their files")
	}
	golden.Check(t, path, "as git writes it on Windows\nand here\n")
}
