package approve_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/approve"
	"github.com/security-controls/terraform-provider-controls/internal/approve/approvetest"
	"github.com/security-controls/terraform-provider-controls/internal/assess"
)

// signedFolder has registers of ten entries each, all signed, for workloads of their own.
func signedFolder(tb testing.TB, files int, key approvetest.Key) string {
	tb.Helper()
	dir := tb.TempDir()
	for i := range files {
		var b strings.Builder
		fmt.Fprintf(&b, "name: board-%[1]d\nissued: \"2026-11-20\"\nworkload: [shop-%[1]d, all-*]\nexceptions:\n", i)
		for j := range 10 {
			fmt.Fprintf(
				&b,
				"  - service: service-%d\n    control: control-%d\n    justification: Reached through one subnet alone.\n"+
					"    ticket: SEC-%d\n    expires: \"2027-06-30\"\n",
				i,
				j,
				i*10+j,
			)
		}
		name := filepath.Join(dir, fmt.Sprintf("board-%d.yaml", i))
		for path, text := range map[string]string{name: b.String(), name + ".sig": key.Sign(b.String())} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return dir
}

// BenchmarkLoad reads and verifies what a plan does: 1,000 files with 10,000 entries are to
// take less than a second, and ten times fewer a tenth of that.
func BenchmarkLoad(b *testing.B) {
	ann := approvetest.Ed25519("ann")
	approvers := ann.Approver("ann", "")
	for _, files := range []int{100, 1000} {
		dir := signedFolder(b, files, ann)
		b.Run(fmt.Sprintf("%d_entries", files*10), func(b *testing.B) {
			for b.Loop() {
				book, err := approve.Load(approve.Options{Paths: []string{dir}, Approvers: &approvers})
				if err != nil || len(book.Approval(assess.Policy{}).Registers) != files {
					b.Fatal(err)
				}
			}
		})
	}
}
