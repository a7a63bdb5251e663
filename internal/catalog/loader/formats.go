package loader

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/article"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/facts"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/native"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/oscal"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/spreadsheet"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/strict"
)

// format is a way to write a catalogue down: as text of its own, or as a document of YAML
// or JSON. A new one is a package and a line in formats.
type format struct {
	// extension is that of text of its own. Such a file is a source by itself: in a
	// directory, Markdown is a README, and a table could be of anything.
	extension string
	text      func(file source.File, s Source, below *catalog.Catalog) (*facts.File, []error)
	// looksLike reports whether a file of a name and a content in lower case is probably meant to
	// be one of the format, which is called so.
	looksLike func(name string, lower []byte) bool
	called    string

	// document reads a document that has the key at its root; "" stands for any.
	key      string
	document func(parsed *strict.Reader, root *strict.Node) *facts.File
	// resolve completes what the document calls foreign with what the catalogue knows:
	// of the layers below, and with the document's own layer. nil where nothing is.
	resolve func(f *facts.File, s Source, below, with *catalog.Catalog) []error
}

// formats are asked in this order.
var formats = []format{
	{
		extension: article.Extension, text: readArticle,
		called: "an article", looksLike: isArticle,
	},
	{
		extension: spreadsheet.Extension, text: readSpreadsheet,
		called: "a table of statements", looksLike: isTable,
	},
	{key: oscal.Key, document: oscal.Read, resolve: resolveOSCAL},
	{document: native.Read},
}

// isArticle goes by the title that all articles have, with a table, or as a title indeed: what is
// broken need not have a table. A README has a title of its own.
func isArticle(name string, lower []byte) bool {
	const title = "security controls for "
	if bytes.Contains(lower, []byte(title)) && bytes.Contains(lower, []byte("|")) {
		return true
	}
	if strings.HasPrefix(strings.ToLower(path.Base(name)), "readme") {
		return false
	}
	for line := range bytes.Lines(lower) {
		for _, before := range []string{"title:", "#"} {
			text, found := bytes.CutPrefix(bytes.TrimSpace(line), []byte(before))
			if found && bytes.HasPrefix(bytes.Trim(text, " \t\"'"), []byte(title)) {
				return true
			}
		}
	}
	return false
}

// isTable goes by the header, whatever is between its columns.
func isTable(_ string, lower []byte) bool {
	header, _, _ := bytes.Cut(bytes.TrimSpace(lower), []byte("\n"))
	return bytes.Contains(header, []byte("service")) && bytes.Contains(header, []byte("control")) &&
		bytes.Contains(header, []byte("status"))
}

func readArticle(file source.File, s Source, below *catalog.Catalog) (*facts.File, []error) {
	return article.Read(below, file.Shown, file.Data, s.Article)
}

func readSpreadsheet(file source.File, s Source, below *catalog.Catalog) (*facts.File, []error) {
	if s.Article != (article.Options{}) {
		return nil, []error{notAnArticle(file.Shown)}
	}
	return spreadsheet.Read(below, file.Shown, file.Data)
}

// notAnArticle says that a source has options that are for articles alone.
func notAnArticle(path string) error {
	return &fault.Error{
		File: path,
		Message: "is not an article in Markdown (" + article.Extension +
			"), expected no service, published or new_controls for it",
	}
}

// textFormat is the format of a source that is one file, nil for a document.
func textFormat(path string) *format {
	for i, f := range formats {
		if f.text != nil && strings.EqualFold(filepath.Ext(path), f.extension) {
			return &formats[i]
		}
	}
	return nil
}

// readDocument reads a document of YAML or JSON in the first format that takes it.
func readDocument(file source.File) (*facts.File, []error) {
	r := strict.NewReader(file.Shown)
	root := r.Parse(file.Data, native.Expected)
	if root == nil {
		return nil, r.Errors()
	}
	i := slices.IndexFunc(formats, func(f format) bool {
		return f.document != nil && (f.key == "" || strict.Has(root, f.key))
	})
	return formats[i].document(r, root), r.Errors()
}

func resolveOSCAL(f *facts.File, s Source, below, with *catalog.Catalog) []error {
	return oscal.Resolve(f, below, with, oscal.Options{DefaultStatus: s.DefaultStatus})
}

// resolve completes what is foreign in the files of a source.
func resolve(files []*facts.File, s Source, below []*catalog.Layer) []error {
	if s.DefaultStatus != "" && !slices.ContainsFunc(files, func(f *facts.File) bool { return f.Excerpt }) {
		return []error{&fault.Error{
			File: s.shown(), Message: "has no OSCAL component definition, expected no default_status for it",
		}}
	}
	if !slices.ContainsFunc(files, func(f *facts.File) bool { return len(f.Foreign) > 0 }) {
		return nil
	}
	known, with := catalog.New(below...), catalog.New(append(slices.Clone(below), Layer(files))...)
	var errs []error
	for _, f := range formats {
		if f.resolve == nil {
			continue
		}
		for _, file := range files {
			errs = append(errs, f.resolve(file, s, known, with)...)
		}
	}
	numberDocuments(files)
	return errs
}

// numberDocuments tells documents of others apart that a service has in several files or
// components by one id, which nobody gave them.
func numberDocuments(files []*facts.File) {
	count := map[string]int{}
	for _, f := range files {
		for _, s := range f.Foreign {
			for _, doc := range s.Documents {
				id := doc.ID
				count[id]++
				if count[id] > 1 {
					doc.ID = id + "-" + strconv.Itoa(count[id])
				}
			}
		}
	}
}
