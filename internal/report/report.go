// Package report writes assessments and baselines in the formats that people and
// pipelines read, one file per format. It is pure: what an assessment says goes in, the
// same bytes come out. There is no clock; where a format wants a time, it is the newest
// date among the inputs (see section.holdsFrom).
package report

import (
	"errors"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/oscaldoc"
	"github.com/security-controls/terraform-provider-controls/internal/weblink"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// DefaultOSCALVersion is what most tools that import OSCAL read.
const DefaultOSCALVersion = oscaldoc.DefaultVersion

// OSCALVersions lists the values of Options.OSCALVersion: those whose published schema
// the documents are tested against.
var OSCALVersions = []string{"1.1.2", DefaultOSCALVersion, "1.2.1", "1.2.2"}

// Options tell what an assessment does not know.
type Options struct {
	// Configuration says where a service was chosen; nil where that is not known.
	Configuration *configuration.Document
	// SourceRoot is the folder of the root module within the repository, "" for the
	// repository itself.
	SourceRoot string
	// RepositoryURI and Revision name the source that was assessed.
	RepositoryURI string
	Revision      string
	// Title is what the report is called; "" means DefaultTitle.
	Title string
	// System is what was assessed; the zero value where that is not said.
	System System
	// Date is the day of the report, "" for none: there is no clock.
	Date catalog.Date
	// Author is who answers for the report.
	Author string
	// ProviderVersion is the version of this program.
	ProviderVersion string
	// OSCALVersion is one of OSCALVersions; "" means DefaultOSCALVersion.
	OSCALVersion string
}

// OptionError says which option is wrong.
type OptionError struct {
	Option  string // as the provider's function calls it
	Message string
}

func (e *OptionError) Error() string { return e.Option + " " + e.Message }

// check reports options that no report could make sense of.
func (o Options) check() error {
	switch {
	case o.OSCALVersion != "" && !slices.Contains(OSCALVersions, o.OSCALVersion):
		return &OptionError{
			"oscal_version",
			words.Sprintf("is %q, expected one of %s", o.OSCALVersion, strings.Join(OSCALVersions, ", ")),
		}
	case o.RepositoryURI != "" && !weblink.Valid(o.RepositoryURI):
		return &OptionError{"repository_uri", words.Sprintf("is %q, expected %s", o.RepositoryURI, weblink.Form)}
	case o.Revision != "" && o.RepositoryURI == "":
		return &OptionError{"revision", "means nothing without repository_uri, expected both"}
	}
	if _, ok := inRepository(o.SourceRoot, "main.tf"); !ok {
		return &OptionError{
			"source_root",
			words.Sprintf("is %q, expected the path of a folder within the repository, relative to its root", o.SourceRoot),
		}
	}
	return o.checkIdentity()
}

func (o Options) oscalVersion() string {
	if o.OSCALVersion == "" {
		return DefaultOSCALVersion
	}
	return o.OSCALVersion
}

// Input is an assessment to report. Digest is that of the text it was read from, for those
// who have the text: to write it again takes a quarter of the time of a page. "" has it
// written.
type Input struct {
	*assess.Assessment
	Digest string
}

// digest returns that of the assessment.
func (in Input) digest() (string, error) {
	if in.Digest != "" {
		return in.Digest, nil
	}
	_, digest, err := in.Encode()
	return digest, err
}

// Render writes assessments in one of Formats. An assessment that is given twice is
// reported once.
func Render(assessments []Input, format string, opts Options) (string, error) {
	i := slices.IndexFunc(reportFormats[:], func(f reportFormat) bool { return f.Name == format })
	if i < 0 {
		return "", words.Errorf("the format is %q, expected one of %s", format, strings.Join(Names(Formats()), ", "))
	}
	if len(assessments) == 0 {
		return "", errors.New("there is no assessment to report, expected at least one")
	}
	if err := opts.check(); err != nil {
		return "", err
	}
	r, err := newReport(assessments, opts)
	if err != nil {
		return "", err
	}
	if err := r.dated(); err != nil {
		return "", err
	}
	return reportFormats[i].write(r)
}
