package render_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/fleettest"
	"github.com/security-controls/terraform-provider-controls/internal/fleet/render"
	"github.com/security-controls/terraform-provider-controls/internal/golden"
)

// many rolls up the first of fleettest's workloads: some of which are not there, some of
// which are too old, and some of which nobody knows the key of.
func many(t testing.TB, n int) *fleet.RollUp {
	t.Helper()
	f, err := fleettest.New()
	if err != nil {
		t.Fatal(err)
	}
	key := fleettest.Key("pipeline")
	keys, err := fleet.Keys(map[string]string{"pipeline": key.Public().PEM()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o := fleet.Options{Keys: keys, MaxAge: 10*24*time.Hour - time.Second, Now: fleettest.Now}
	for i := range n {
		o.Expected = append(o.Expected, fleettest.Nth(i).Workload)
	}
	c, err := fleet.NewCollector(o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if i%97 == 5 {
			continue
		}
		signer := key
		if i%101 == 7 {
			signer = fleettest.Key("unknown")
		}
		text, err := f.Bundle(signer, fleettest.Nth(i))
		if err != nil {
			t.Fatal(err)
		}
		c.Add(fmt.Sprintf("verdicts/%05d.sigstore.json", i), text)
	}
	return c.RollUp()
}

func rendered(t testing.TB, r *fleet.RollUp, name string) string {
	t.Helper()
	text, err := render.Render(r, name, fleettest.Now)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// digests are left out of golden files: they change with every field of an assessment.
var digests = regexp.MustCompile(`(sha256:|catalogue )[0-9a-f]{12,64}`)

func TestRender(t *testing.T) {
	t.Parallel()
	r := many(t, 15)
	for _, extension := range render.Extensions() {
		text := strings.ReplaceAll(rendered(t, r, "few."+extension), "\r\n", "\n")
		golden.Check(t, "testdata/few."+extension, digests.ReplaceAllString(text, "${1}…"))
	}
}

// Whatever a roll-up has in it, it is text: nothing becomes markup, a formula or a script.
func TestRender_hostile(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>|=1+1` + "\n\u202e"
	r := &fleet.RollUp{
		Schema: fleet.Schema, Ages: []fleet.Age{{}},
		Counts: fleet.Counts{Workloads: 1, Failed: 1, Exceptions: 1, EndingSoon: 1, Gaps: 1, Rejected: 1},
		Workloads: []fleet.Workload{{
			Name: evil, Status: fleet.Failed, Verified: true, Key: evil, Source: "=" + evil, Issuer: evil,
			ResourceURI: "javascript:alert(1)//" + evil,
			Labels:      map[string]string{evil: evil}, Gaps: []fleet.Gap{{Control: evil, Service: evil, Reason: evil}},
			Exceptions: []fleet.Exception{{Approver: evil, Control: evil, Service: evil, Ticket: evil, Ends: "2026-12-02"}},
		}},
		Controls: []fleet.GapsOf{{Name: evil}}, Services: []fleet.GapsOf{{Name: evil}},
		Labels: []fleet.LabelCount{{Name: evil, Value: evil}}, Approvers: []fleet.Approver{{Name: evil}},
		Catalogs: []fleet.Catalog{{Digest: evil, Sources: []fleet.Source{{Name: evil}}}},
		Rejected: []fleet.Rejected{{Claims: []string{evil}, Reason: evil, Source: evil}},
	}
	page := rendered(t, r, "x.html")
	if n := strings.Count(page, "<script>"); n != 1 {
		t.Errorf("there are %d scripts", n)
	}
	if strings.Contains(page, `href="javascript:`) || strings.Contains(page, "\u202e") {
		t.Error("an address or a character of others is in the page as it is")
	}
	if text := rendered(t, r, "x.md"); strings.Contains(text, "<script>") {
		t.Errorf("there is a script in\n%s", text)
	}
	rows, err := csv.NewReader(strings.NewReader(rendered(t, r, "x.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("%q is a formula", cell)
			}
		}
	}
}

func TestRender_json(t *testing.T) {
	t.Parallel()
	r := many(t, 15)
	text, _, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got := rendered(t, r, "FLEET.JSON"); got != text {
		t.Errorf("got %s, expected %s", got, text)
	}
	var again fleet.RollUp
	if err := json.Unmarshal([]byte(text), &again); err != nil {
		t.Fatal(err)
	}
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]fleet.Counts{
		"There is no workload":                     {},
		"The one workload passes":                  {Workloads: 1, Passed: 1},
		"The one workload does not pass":           {Workloads: 1, Stale: 1},
		"All 1,000 workloads pass":                 {Workloads: 1000, Passed: 1000},
		"1 of 2 workloads does not pass":           {Workloads: 2, Passed: 1},
		"1,234 of 1,234,567 workloads do not pass": {Workloads: 1234567, Passed: 1233333},
	} {
		if got := render.Headline(&fleet.RollUp{Counts: c}); got != want {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.html", "b/c.md", "D.CSV", "e.json"} {
		if err := render.CheckName(name); err != nil {
			t.Error(err)
		}
	}
	err := render.CheckName("report.pdf")
	const want = `"report.pdf" has no extension that says what to write, expected one of .html, .md, .csv, .json`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Error(err)
	}
	if _, err := render.Render(&fleet.RollUp{}, "x", fleettest.Now); err == nil {
		t.Error("written without a format")
	}
}

// The page of ten thousand workloads, for a browser: `make test-browser` and whoever wants
// to look at it set REPORT_DIR.
func TestWriteReports(t *testing.T) {
	dir := os.Getenv("REPORT_DIR")
	if dir == "" {
		t.Skip("REPORT_DIR is not set")
	}
	for name, n := range map[string]int{"fleet": 10_000, "fleet-few": 15} {
		text := rendered(t, many(t, n), name+".html")
		if err := os.WriteFile(filepath.Join(dir, name+".html.html"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	// A hundred workloads a hundred times, each with a name of its own.
	r := many(b, 100)
	first := r.Workloads
	r.Workloads = nil
	for i := range 100 {
		for _, w := range first {
			w.Name = fmt.Sprintf("%s-%02d", w.Name, i)
			r.Workloads = append(r.Workloads, w)
		}
	}
	for _, extension := range render.Extensions() {
		b.Run(extension, func(b *testing.B) {
			var text string
			for b.Loop() {
				text = rendered(b, r, "fleet."+extension)
			}
			b.ReportMetric(float64(len(text))/1e6, "MB")
		})
	}
}
