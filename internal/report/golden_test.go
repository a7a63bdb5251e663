package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/golden"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

// indented makes JSON readable in a golden file.
func indented(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRender_golden(t *testing.T) {
	t.Parallel()
	for _, format := range report.Names(report.Formats()) {
		t.Run(format, func(t *testing.T) {
			for name, text := range map[string]string{"full": fullReport(t, format), "compliant": compliantReport(t, format)} {
				file := name + "-" + format + "." + extension(format)
				if extension(format) == "json" {
					file, text = name+"-"+format+".json", indented(t, text)
				}
				golden.Check(t, "testdata/"+file, strings.ReplaceAll(text, "\r\n", "\n"))
			}
		})
	}
}
