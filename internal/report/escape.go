package report

import (
	"path"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/weblink"
)

// linkOrNone returns a link, and nothing for what is none.
func linkOrNone(s string) string {
	if weblink.Valid(s) {
		return s
	}
	return ""
}

// inRepository returns the path of a file of the root module within the repository, and
// whether it is within it at all.
func inRepository(root, file string) (string, bool) {
	if strings.ContainsAny(root, "\\:\x00") || path.IsAbs(root) || path.IsAbs(file) {
		return "", false
	}
	p := path.Join(root, file)
	return p, p != ".." && !strings.HasPrefix(p, "../")
}
