package report

import (
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
)

// Format is one of the formats that assessments or baselines are written in.
type Format struct {
	Name      string // as callers ask for it
	Extension string // of files in the format, without a dot
	About     string // one line of Markdown for the documentation, without a full stop
}

// reportFormat is a format of Render.
type reportFormat struct {
	Format
	write func(*report) (string, error)
}

// baselineFormat is a format of RenderBaseline.
type baselineFormat struct {
	Format
	write func(*catalog.Catalog, []*catalog.Baseline) (string, error)
}

// reportFormats is the one list of the formats of Render, in the order in which they are
// documented. A further format is a file with its writer, and a line here.
var reportFormats = [...]reportFormat{
	{Format{FormatMarkdown, "md", "a comment for a pull request"}, writeMarkdown},
	{Format{FormatHTML, "html", "one file that needs nothing else, for auditors"}, writeHTML},
	{Format{FormatCSV, "csv", "a line per finding, for spreadsheets"}, writeCSV},
	{
		Format{FormatSARIF, "json", "SARIF 2.1.0, for GitHub code scanning and others; gaps that an exception accepts are " +
			"left out"},
		writeSARIF,
	},
	{Format{FormatJUnit, "xml", "JUnit XML, where a gap is a failure and an accepted one is skipped"}, writeJUnit},
	{Format{FormatOSCALResults, "json", "OSCAL assessment results"}, writeOSCALResults},
	{Format{FormatOSCALPOAM, "json", "an OSCAL plan of action and milestones, for gaps and exceptions"}, writeOSCALPOAM},
	{Format{FormatCycloneDX, "json", "CycloneDX 1.6 declarations"}, writeCycloneDX},
	{
		Format{FormatDraftHCL, "hcl", "exceptions and evidence for every open gap, to be filled in and pasted into the " +
			"requirement"},
		writeDraft,
	},
}

// baselineFormats is the one list of the formats of RenderBaseline.
var baselineFormats = [...]baselineFormat{
	{Format{FormatMarkdown, "md", "the newest statement about each control, for people"}, baselineMarkdown},
	{Format{FormatCSV, "csv", "the newest statement about each control, for spreadsheets"}, baselineCSV},
	{Format{
		FormatOSCALComponent, "json",
		"OSCAL " + DefaultOSCALVersion + ", with every document of the services, so that nothing is lost",
	}, writeOSCALComponent},
}

// Formats lists the formats of Render.
func Formats() []Format {
	out := make([]Format, len(reportFormats))
	for i, f := range reportFormats {
		out[i] = f.Format
	}
	return out
}

// BaselineFormats lists the formats of RenderBaseline.
func BaselineFormats() []Format {
	out := make([]Format, len(baselineFormats))
	for i, f := range baselineFormats {
		out[i] = f.Format
	}
	return out
}

// Names lists the names of formats.
func Names(formats []Format) []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}

// Describe lists formats with what they are, as Markdown.
func Describe(formats []Format) string {
	lines := make([]string, len(formats))
	for i, f := range formats {
		lines[i] = "- `" + f.Name + "`: " + f.About
	}
	return strings.Join(lines, "\n")
}
