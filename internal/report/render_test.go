package report_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/report"
)

func TestRender_deterministic(t *testing.T) {
	t.Parallel()
	for _, format := range report.Names(report.Formats()) {
		first := fullReport(t, format)
		for range 5 {
			if fullReport(t, format) != first {
				t.Fatalf("%s: the same inputs gave other bytes", format)
			}
		}
	}
}

func TestRender_twiceTheSameIsReportedOnce(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), full())
	for _, format := range report.Names(report.Formats()) {
		if render(t, format, options(), a, a) != render(t, format, options(), a) {
			t.Errorf("%s differs", format)
		}
	}
}

// Whoever has the text of an assessment gets the same report without its being written again.
func TestRender_digestOfTheText(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), full())
	_, digest, err := a.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := report.Render([]report.Input{{Assessment: a, Digest: digest}}, report.FormatHTML, options())
	if err != nil || got != fullReport(t, report.FormatHTML) {
		t.Error("it differs", err)
	}
}

func TestRender_errors(t *testing.T) {
	t.Parallel()
	a := inputs(evaluate(t, loadCatalog(t), full()))
	if _, err := report.Render(a, "pdf", report.Options{}); err == nil ||
		!strings.Contains(err.Error(), "expected one of markdown, html") {
		t.Errorf("got %v", err)
	}
	if _, err := report.Render(nil, "html", report.Options{}); err == nil {
		t.Error("no assessment is no error")
	}
	for option, opts := range map[string]report.Options{
		"oscal_version":  {OSCALVersion: "1.0.0"},
		"repository_uri": {RepositoryURI: "javascript:alert(1)"},
		"revision":       {Revision: "abc"},
		"source_root":    {SourceRoot: "../.."},
		"title":          {Title: " \u200b"},
		"author":         {Author: strings.Repeat("a", 201)},
		"system":         {System: report.System{ID: "SYS-12"}},
		"system.owner":   {System: report.System{Name: "Payments", Owner: "\t"}},
		"date":           {Date: "2025-02-30"},
	} {
		_, err := report.Render(a, "html", opts)
		var got *report.OptionError
		if !errors.As(err, &got) || got.Option != option {
			t.Errorf("%s: got %v", option, err)
		}
	}
	if _, err := report.Render(a, "html", report.Options{Date: "2025-03-31"}); err == nil || err.Error() !=
		"date is 2025-03-31, expected none before 2025-04-01, the newest date in the assessments" {
		t.Errorf("a date before that of the inputs: got %v", err)
	}
	for _, root := range []string{"/abs", `C:\x`, "a/../../b"} {
		if _, err := report.Render(a, "sarif", report.Options{SourceRoot: root}); err == nil {
			t.Errorf("source_root %q is no error", root)
		}
	}
}

// hostile is an assessment in which every text is one that somebody might try. No
// catalogue would be loaded with some of them, but an assessment can be made by hand.
func hostile(t *testing.T, text string) *assess.Assessment {
	t.Helper()
	a := evaluate(t, loadCatalog(t), full())
	for id, d := range a.Documents {
		a.Documents[id] = assess.DocumentRef{Title: text, Publisher: text, URL: text, Published: d.Published}
	}
	for id := range a.Controls {
		a.Controls[id] = assess.ControlRef{Title: text}
	}
	for id, s := range a.Services {
		s.Name, s.Cloud = text, text
		for control, f := range s.Controls {
			if f.Condition != "" {
				f.Condition = text
				s.Controls[control] = f
			}
		}
		a.Services[id] = s
	}
	for i := range a.Requirement.Exceptions {
		ex := &a.Requirement.Exceptions[i]
		ex.Justification, ex.ApprovedBy, ex.Ticket, ex.CompensatingControls = text, text, text, []string{text}
	}
	for i := range a.Requirement.Evidence {
		ev := &a.Requirement.Evidence[i]
		ev.Reference, ev.ApprovedBy = text, text
		if ev.Condition != assess.SwitchedOff {
			ev.Condition = text
		}
	}
	a.Scope.Opaque = []string{text}
	a.Catalog.Sources[0].Name = text
	return a
}

var attacks = []string{
	"<script>alert(1)</script>",
	"</style><img src=x onerror=alert(1)>",
	`"><svg onload=alert(1)>`,
	"javascript:alert(1)",
	"JaVaScRiPt:alert(1)",
	"javascript://example.com/%0Aalert(1)",
	"data:text/html,<script>alert(1)</script>",
	"https://example.com/\" onclick=\"alert(1)",
	"https://user@example.com",
	"https://example.com/](javascript:alert(1))",
	"=1+1",
	"+1",
	"-1",
	"@SUM(A1)",
	"\t=1+1",
	"\r=1+1",
	"＝1+1",
	"＋1",
	"－1",
	"＠SUM(A1)",
	"a | b `c` **d** [e](f) <!-- g --> ~~h~~ $i$",
	"- x",
	"1. x",
	"# x",
	"]]>",
	"a\x00b\x01c\x1bd",
	"\u202egnp.exe",
	"a\u0000\ufffe",
	"line\nline\r\nline",
	"\xff\xfe",
	"&lt;b&gt;&amp;",
	"|---|",
	"-->",
	"$(rm -rf /)",
	"%s%d",
}

func TestRender_hostileTexts(t *testing.T) {
	t.Parallel()
	for _, attack := range attacks {
		a := hostile(t, attack)
		opts := options()
		opts.Title, opts.Author, opts.Revision = attack+".", attack+".", attack+"."
		opts.System = report.System{Name: attack + ".", ID: attack + ".", Owner: attack + "."}
		opts.Configuration.Services["azure-vault"] = []configuration.Place{{Address: attack, File: attack, Line: 1, Note: attack}}
		for _, format := range report.Names(report.Formats()) {
			text := render(t, format, opts, a)
			if err := wellFormed(format, text); err != nil {
				t.Errorf("%s with %q: %v", format, attack, err)
			}
			if strings.ContainsAny(text, "\x00\x01\x1b\u202e") {
				t.Errorf("%s with %q has a control character", format, attack)
			}
		}
	}
}

var (
	htmlTag    = regexp.MustCompile(`(?i)<(script|img|svg|iframe|object|embed|form|base|link)\b`)
	htmlHref   = regexp.MustCompile(`href=("[^"]*"|[^\s>]+)`)
	mdHref     = regexp.MustCompile(`[^\\]\]\(([^)]*)\)`)
	mdTag      = regexp.MustCompile(`<[^\n>]*>`)
	mdAllowed  = regexp.MustCompile(`^(<!--.*-->|</?details>|</?summary>)$`)
	allowedURL = regexp.MustCompile(`^"?(#|https://[^@"\s]+"?$)`)
)

// wellFormed reports what is wrong with a text of a format, as far as its syntax goes.
//
//nolint:cyclop // one case for each format
func wellFormed(format, text string) error {
	switch extension(format) {
	case "json":
		var v any
		return json.Unmarshal([]byte(text), &v)
	case "xml":
		dec := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := dec.Token(); err != nil {
				if err.Error() == "EOF" {
					return nil
				}
				return err
			}
		}
	case "hcl":
		if _, diags := hclsyntax.ParseConfig([]byte(text), "draft.hcl", hcl.InitialPos); diags.HasErrors() {
			return diags
		}
		return nil
	case "csv":
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		for _, row := range rows {
			for _, cell := range row {
				first, _ := utf8.DecodeRuneInString(cell)
				if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
					return fmt.Errorf("the cell %q is a formula", cell)
				}
			}
		}
		return err
	case "html":
		if n := len(htmlTag.FindAllString(text, -1)); n != 1 { // the report's own script
			return fmt.Errorf("%d elements of a dangerous kind", n-1)
		}
		for _, m := range htmlHref.FindAllStringSubmatch(text, -1) {
			if !allowedURL.MatchString(m[1]) && m[1] != "#main" {
				return fmt.Errorf("a link to %s", m[1])
			}
		}
	case "md":
		for _, m := range mdHref.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(m[1], "https://") {
				return fmt.Errorf("a link to %s", m[1])
			}
		}
		for _, tag := range mdTag.FindAllString(text, -1) {
			if !mdAllowed.MatchString(tag) {
				return fmt.Errorf("the element %s", tag)
			}
		}
	}
	return nil
}

func TestRender_markdownFitsIntoAComment(t *testing.T) {
	t.Parallel()
	text := render(t, report.FormatMarkdown, report.Options{}, large(t, 300, 35))
	if len(text) > 65_000 {
		t.Errorf("%d bytes", len(text))
	}
	if !strings.Contains(text, " more: the other formats list all of them.") {
		t.Error("it does not say that it leaves out gaps")
	}
	if !strings.HasPrefix(text, report.MarkdownMarker) {
		t.Error("the marker is missing")
	}
	// One that is complete says nothing of the kind.
	if text := fullReport(t, report.FormatMarkdown); strings.Contains(text, "… and") {
		t.Errorf("it leaves something out: %s", text)
	}
}

// TestRender_markdownAlwaysFits has many requirements, and texts of any length: GitHub
// counts characters of the whole, and what is folded must be closed again.
func TestRender_markdownAlwaysFits(t *testing.T) {
	t.Parallel()
	var many []*assess.Assessment
	for age := range int64(400) {
		r := full()
		r.MaxDocumentAgeDays = &age
		many = append(many, evaluate(t, loadCatalog(t), r))
	}
	long := hostile(t, strings.Repeat("@<", 8_000))
	sets := map[string][]*assess.Assessment{
		"many requirements": many, "long texts": {long}, "both": append([]*assess.Assessment{long}, many...),
	}
	for name, assessments := range sets {
		text := render(t, report.FormatMarkdown, options(), assessments...)
		if n := utf8.RuneCountInString(text); n > 65_536 {
			t.Errorf("%s: %d characters", name, n)
		}
		if opened, closed := strings.Count(text, "<details>"), strings.Count(text, "</details>"); opened != closed {
			t.Errorf("%s: %d folded, %d closed", name, opened, closed)
		}
		if !strings.HasSuffix(text, "… and what does not fit into a comment: the other formats have all of it.\n") {
			t.Errorf("%s: it does not say that it leaves something out: …%s", name, text[max(0, len(text)-300):])
		}
	}
	// What is folded last just fits, or just does not.
	one := evaluate(t, loadCatalog(t), full())
	one.Scope.Opaque = []string{""}
	rest := 64_000 - len(render(t, report.FormatMarkdown, options(), one))
	for n := rest; n < rest+1_000; n += 5 {
		one.Scope.Opaque[0] = strings.Repeat("a", n)
		if text := render(
			t,
			report.FormatMarkdown, options(), one,
		); strings.Count(text, "<details>") != strings.Count(text, "</details>") ||
			len(text) > 65_000 {
			t.Fatalf("with %d more characters: %d bytes, …%s", n, len(text), text[len(text)-200:])
		}
	}
	if text := render(t, report.FormatMarkdown, options(), many...); !strings.Contains(text, " requirements more.\n") {
		t.Error("it does not count the requirements that it leaves out")
	}
}

func TestRender_timesComeFromTheInputs(t *testing.T) {
	t.Parallel()
	var doc struct {
		Results struct {
			Metadata struct {
				LastModified string `json:"last-modified"`
			} `json:"metadata"`
		} `json:"assessment-results"`
	}
	for want, r := range map[string]assess.Requirement{
		// The newest document; an exception that ended the day before; nothing with a date.
		"2023-01-31T00:00:00Z": {Services: []string{"azure-relay"}, Controls: []string{"vnet-injection"}},
		"2025-04-01T00:00:00Z": full(),
		"1970-01-01T00:00:00Z": {Services: []string{"azure-vault"}, Controls: []string{"audit-logging"}},
	} {
		text := render(t, report.FormatOSCALResults, report.Options{}, evaluate(t, loadCatalog(t), r))
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if got := doc.Results.Metadata.LastModified; got != want {
			t.Errorf("got %s, expected %s", got, want)
		}
	}
}

// A spreadsheet that counts lines by outcome counts each check of a service once.
func TestRender_csvCountsOnce(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(fullReport(t, report.FormatCSV))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	counted := map[string]int{}
	for _, row := range rows[1:] {
		if outcome := row[column["outcome"]]; outcome != "" {
			counted[outcome]++
		}
		if row[column["group"]] != "" && row[column["outcome"]] == "satisfied" {
			t.Errorf("an identifier is satisfied: %q", row)
		}
		if row[column["kind"]] == "any_of" && row[column["members"]] == "" {
			t.Errorf("a group without its members: %q", row)
		}
	}
	// As the page for auditors counts them.
	if counted["gap"] != 9 || counted["excepted"] != 1 || counted["evidenced"] != 2 {
		t.Errorf("got %v", counted)
	}
}

// Every format says what was assessed, when and by whom, in its own place.
func TestRender_identity(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), full())
	opts := options()
	opts.Title, opts.Author = "Controls of payments", "Carol"
	opts.System = report.System{Name: "Payments", ID: "SYS-12", Owner: "Ann"}
	for _, format := range report.Names(report.Formats()) {
		text := render(t, format, opts, a)
		for _, want := range []string{
			"Controls of payments", "Payments", "SYS-12", "Ann", "2025-06-30", "Carol", "example.com/repo", opts.Revision,
			"1.2.3",
		} {
			if !strings.Contains(strings.ReplaceAll(text, `\-`, "-"), want) {
				t.Errorf("%s does not say %q", format, want)
			}
		}
		// What is not said is not there, nor made up.
		if bare := render(t, format, report.Options{}, a); strings.Contains(bare, "system-owner") ||
			strings.Contains(bare, "prepared-by") || strings.Contains(bare, "· by") {
			t.Errorf("%s has an identity that nobody gave", format)
		}
	}
	if text := render(t, report.FormatOSCALResults, opts, a); !strings.Contains(text, `"last-modified":"2025-06-30T00:00:00Z"`) {
		t.Errorf("OSCAL is not of the date that it was given: %.600s", text)
	}
}

// TestRender_idsAreUnique also covers one check of one service in two requirements.
func TestRender_idsAreUnique(t *testing.T) {
	t.Parallel()
	c := loadCatalog(t)
	second := full()
	second.Exceptions, second.Evidence = nil, nil
	a, b := evaluate(t, c, full()), evaluate(t, c, second)
	ids := map[string]*regexp.Regexp{
		report.FormatOSCALResults: regexp.MustCompile(
			`"uuid":"([^"]+)","(?:title|description)":"[^"]*","(?:description|props|statement)`,
		),
		report.FormatCycloneDX: regexp.MustCompile(`"bom-ref":"([^"]+)"`),
		report.FormatSARIF:     regexp.MustCompile(`"primaryLocationLineHash":"([^"]+)"`),
		report.FormatHTML:      regexp.MustCompile(` id=([^ >]+)`),
	}
	for format, pattern := range ids {
		seen := map[string]bool{}
		for _, m := range pattern.FindAllStringSubmatch(render(t, format, report.Options{}, a, b), -1) {
			if seen[m[1]] {
				t.Errorf("%s: %s occurs twice", format, m[1])
			}
			seen[m[1]] = true
		}
		if len(seen) < 10 {
			t.Errorf("%s: found %d ids alone", format, len(seen))
		}
	}
}

// TestRender_exceptedInEveryFormat follows one exception through the formats.
func TestRender_exceptedInEveryFormat(t *testing.T) {
	t.Parallel()
	r := assess.Requirement{
		Services: []string{"azure-vault"},
		Controls: []string{"vnet-injection"},
		Exceptions: []assess.Exception{
			{
				Service:       "azure-vault",
				Control:       "vnet-injection",
				Expires:       "2025-12-31",
				Justification: "Accepted for a reason.",
				ApprovedBy:    "Ann",
			},
		},
	}
	a := evaluate(t, loadCatalog(t), r)
	for format, want := range map[string]string{
		report.FormatMarkdown:     "Compliant with 1 exception",
		report.FormatHTML:         "Excepted until 2025-12-31, approved by Ann: Accepted for a reason.",
		report.FormatCSV:          "excepted,unsupported,no",
		report.FormatSARIF:        `"results":[]`,
		report.FormatJUnit:        `failures="0" errors="0" skipped="1"`,
		report.FormatOSCALResults: `"status":"deviation-approved","mitigating-factors"`,
		report.FormatOSCALPOAM:    `"deadline":"2025-12-31T23:59:59Z"`,
		report.FormatCycloneDX:    `"expires":"2025-12-31T23:59:59Z"`,
	} {
		if text := render(t, format, report.Options{}, a); !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%.3000s", format, want, text)
		}
	}
}

// TestRender_exceptionThatHasEnded dates the report after the end of an exception that the
// assessment has in force: no format says that its gap is accepted, and each says why.
func TestRender_exceptionThatHasEnded(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), assess.Requirement{
		Services: []string{"azure-vault"}, Controls: []string{"vnet-injection"},
		Exceptions: []assess.Exception{{
			Service: "azure-vault", Control: "vnet-injection", Expires: "2025-12-31", Justification: "Accepted for a reason.",
			ApprovedBy: "Ann",
		}},
	})
	outdated := "The findings held until 2025-12-31, and this report is of 2026-01-01: what has ended since is a gap. " +
		"Assess again."
	// What each says once it is over, and what of that it said on the last day.
	for format, want := range map[string][2][]string{
		report.FormatMarkdown: {
			{"❌ Not compliant: 1 gap in 1 of 1 service", "Its exception ended on 2025-12-31", "| ended |"},
			{"Compliant with 1 exception", "| ends soon |", "⚠️ 1 exception that ends within 30 days."},
		},
		report.FormatHTML: {
			{
				"<body class=failed>", "<h1><b>Not compliant</b>: 1 gap in 1 of 1 service", `<td class="mark g">ended<`,
				"Its exception ended on 2025-12-31, approved by Ann",
			},
			{"<body class=excepted>", `<td class="mark e">ends soon<`},
		},
		report.FormatCSV: {
			{",gap,unsupported,no,", "Its exception ended on 2025-12-31, approved by Ann."}, {",excepted,unsupported,no,"},
		},
		report.FormatSARIF: {{`"results":[{"ruleId":"vnet-injection"`}, {`"results":[]`}},
		report.FormatJUnit: {{`failures="1" errors="0" skipped="0"`, "<failure"}, {`failures="0" errors="0" skipped="1"`}},
		report.FormatOSCALResults: {
			{`"state":"not-satisfied","reason":"fail"`, `"status":"open"`, `"name":"compliant",`, `"value":"false"`},
			{`"state":"not-satisfied","reason":"other"`, `"status":"deviation-approved"`},
		},
		report.FormatOSCALPOAM: {
			{
				`"status":"open"`, `"value":"gap"`, `"name":"exception-ended"`,
				"Its exception ended on 2025-12-31, approved by Ann.",
			},
			{`"status":"deviation-approved"`, `"value":"excepted"`, `"mitigating-factors"`, `"name":"approved-by"`},
		},
		report.FormatCycloneDX: {
			{"Not compliant: 1 gap", "Its exception ended on 2025-12-31, approved by Ann."},
			{"Compliant with 1 exception", `"mitigationStrategies"`},
		},
		report.FormatDraftHCL: {
			{
				"# 1 gap in 1 service",
				"The exception for vnet-injection of azure-vault ended on 2025-12-31: renew the entry that is there.",
			},
			{"# No open gaps"},
		},
	} {
		over := render(t, format, report.Options{Date: "2026-01-01"}, a)
		last := render(t, format, report.Options{Date: "2025-12-31"}, a)
		for _, text := range append(want[0], outdated) {
			if !strings.Contains(strings.ReplaceAll(over, `\-`, "-"), text) {
				t.Errorf("%s: a day later there is no %q in\n%.3000s", format, text, over)
			}
		}
		for _, text := range want[1] {
			if !strings.Contains(last, text) || strings.Contains(over, text) {
				t.Errorf("%s: %q is said a day later as well, or not on the last day:\n%.3000s", format, text, last)
			}
		}
		if strings.Contains(last, "held until") {
			t.Errorf("%s: the findings still hold on the last day", format)
		}
	}
}

func TestRender_noServices(t *testing.T) {
	t.Parallel()
	a := evaluate(t, loadCatalog(t), assess.Requirement{AllowNoServices: true, Controls: []string{"vnet-injection"}})
	for _, format := range report.Names(report.Formats()) {
		if err := wellFormed(format, render(t, format, report.Options{}, a)); err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestRender_HTMLIsSmall(t *testing.T) {
	t.Parallel()
	if size := len(render(t, report.FormatHTML, report.Options{}, large(t, 1000, 40))); size > 20_000_000 {
		t.Errorf("%d bytes", size)
	}
}

// The view by identifier says how each stands, for the services of each cloud, and what of the
// profile no verdict is about, in the order in which people number identifiers.
func TestRender_identifiers(t *testing.T) {
	t.Parallel()
	for format, want := range map[string][]string{
		report.FormatHTML: {
			"<dt>Identifiers</dt><dd>5</dd></div><div><dt>Supported</dt><dd>0</dd></div>" +
				"<div><dt>In part</dt><dd>1</dd></div><div><dt>Gap</dt><dd>0</dd></div>",
			"<dt>Not looked at</dt><dd>1</dd></div><div><dt>No mapping</dt><dd>3</dd>",
			"In part</span> Microsoft Azure: 1 of 3 services supported; gap: <a href=#r1-azure-old--",
			"medium confidence, by <a href=#r1-source-1>[1]</a>; by the catalogue it intersects with it",
			"<li id=r1-source-1>A mapping of &lt;ours&gt;</li>",
			"<li>AC-1: Policy | Procedures</li>\n<li>AT-2: Literacy Training &amp; &lt;Awareness&gt;</li>\n<li>AT-10</li>",
			"<li>SC-7: Boundary &lt;Protection&gt;</li>",
		},
		report.FormatMarkdown: {
			"By identifier: 5 identifiers: 0 supported, 1 in part, 0 gap, 1 not looked at, 3 no mapping",
			"Mapped to documented controls, and not asked for by the requirement: SC-7",
			"No mapping in this catalogue leads to a documented control: AC-1, AT-2, AT-10",
		},
		report.FormatCSV: {
			`,identifier,,,SC-7: Boundary <Protection>,,,,,,"Mapped to documented controls, and not asked for`,
			",identifier,AU-2(1),,",
			",,In part\r\n", ",,Not looked at\r\n", ",,No mapping\r\n",
		},
	} {
		text := fullReport(t, format)
		for _, part := range want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %q", format, part)
			}
		}
	}
}
