package hclscan

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
)

// View is a set of the CLIs that read a file.
type View uint8

const (
	// Terraform reads .tf and .tf.json.
	Terraform View = 1 << iota

	// OpenTofu also reads .tofu and .tofu.json, in place of the former of the same name.
	OpenTofu
)

var bothViews = []View{Terraform, OpenTofu}

// sourceFile is a configuration file of a module's folder.
type sourceFile struct {
	name     string // within the folder
	path     string // to open it
	display  string // relative to the root module
	json     bool
	override bool
	views    View
}

var extensions = []struct {
	suffix string
	json   bool
	tofu   bool
}{
	{".tf", false, false},
	{".tf.json", true, false},
	{".tofu", false, true},
	{".tofu.json", true, true},
}

// classify says what a file of that name is to the CLIs. Test files (.tftest.hcl,
// .tftest.json and so on) have none of the extensions, so they are left out with
// everything else.
func classify(name string) (sourceFile, bool) {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasPrefix(name, "#") && strings.HasSuffix(name, "#") {
		return sourceFile{}, false // hidden files, editors' backups and swap files
	}
	for _, ext := range extensions {
		base, ok := strings.CutSuffix(name, ext.suffix)
		if !ok {
			continue
		}
		f := sourceFile{
			name:     name,
			json:     ext.json,
			override: base == "override" || strings.HasSuffix(base, "_override"),
			views:    Terraform | OpenTofu,
		}
		if ext.tofu {
			f.views = OpenTofu
		}
		return f, true
	}
	return sourceFile{}, false
}

// shadow takes the files that OpenTofu passes over out of its view: x.tf where there is
// x.tofu, x.tf.json where there is x.tofu.json.
func shadow(files []sourceFile) {
	names := make(map[string]bool, len(files))
	for _, f := range files {
		names[f.name] = true
	}
	for i, f := range files {
		base, ok := strings.CutSuffix(f.name, ".tf")
		alternative := base + ".tofu"
		if !ok {
			base, ok = strings.CutSuffix(f.name, ".tf.json")
			alternative = base + ".tofu.json"
		}
		if ok && names[alternative] {
			files[i].views = Terraform
		}
	}
}

// list picks the configuration files out of a folder, in the order of their names, and
// holds them to the limits before any is opened.
func (s *scanner) list(dir string, entries []os.DirEntry) (files []sourceFile, problems []Problem, limit *Problem) {
	for _, entry := range entries {
		f, ok := classify(entry.Name())
		if !ok || entry.IsDir() {
			continue
		}
		f.path = filepath.Join(dir, f.name)
		f.display = s.display(f.path)
		bytes, err := s.check(f.path)
		if err != nil {
			problems = append(problems, Problem{File: f.display, Message: err.Error()})
			continue
		}
		s.files++
		s.bytes += bytes
		if s.files > s.limits.files {
			return nil, nil, &Problem{Message: fmt.Sprintf(
				"the configuration has more than %d files, the most that are read", s.limits.files)}
		}
		if s.bytes > s.limits.totalBytes {
			return nil, nil, &Problem{Message: fmt.Sprintf(
				"the configuration has more than %s in its files, the most that is read", boundedfile.Size(s.limits.totalBytes))}
		}
		files = append(files, f)
	}
	shadow(files)
	return files, problems, nil
}

// check tells whether a file may be opened, and its size. Symbolic links are followed,
// as the CLIs do.
func (s *scanner) check(path string) (bytes int64, err error) {
	return boundedfile.Check(os.DirFS(filepath.Dir(path)), filepath.Base(path), s.limits.fileBytes)
}

// read returns the content of a file that was checked, unless it has changed since.
func (s *scanner) read(path string) ([]byte, error) {
	return boundedfile.Read(os.DirFS(filepath.Dir(path)), filepath.Base(path), s.limits.fileBytes)
}

// display is a path relative to the root module, with forward slashes.
func (s *scanner) display(path string) string {
	rel, err := filepath.Rel(s.root, path)
	if err != nil {
		rel = path // another volume
	}
	return filepath.ToSlash(rel)
}
