package provider

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
	"github.com/security-controls/terraform-provider-controls/internal/report"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// DraftVariable is the variable of the environment with the path of the file that a failing
// plan writes its draft to. It is no argument: who runs the plan asks for a file, a
// configuration that others wrote does not.
const DraftVariable = "CONTROLS_DRAFT"

// draftSlack is how much older than the configured provider the draft of the same run may
// be: the CLI starts a process for each provider block, one after the other.
const draftSlack = 5 * time.Second

// draftFile is the one file for all requirements of a run.
type draftFile struct {
	path    string    // "" where nobody asks for a draft
	started time.Time // when the provider was configured

	mu   sync.Mutex
	ours bool // this process has written to it
}

// addDraft writes what would cover the gaps of a part of an assessment, where that was asked
// for, and returns the path of the file that has it; "" for none.
func (f *draftFile) addDraft(diags *diag.Diagnostics, whole, part *assess.Assessment, c *configuration.Document) string {
	if f.path == "" {
		return ""
	}
	_, digest, err := whole.Encode()
	if err == nil {
		err = f.add(report.DraftSection(part, digest, c))
	}
	if err != nil {
		diags.AddWarning("Draft not written", words.Sprintf("%s asks for a draft in %q: %s.", DraftVariable, f.path, err))
		return ""
	}
	return f.path
}

var errDraftExists = errors.New("the file exists already, and is never overwritten. Move it away, or name another file")

// add makes the file with the section, or appends the section to what this run has made.
func (f *draftFile) add(section string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	err := createWhole(f.path, []byte(report.DraftHead+"\n"+section))
	if !errors.Is(err, fs.ErrExist) {
		f.ours = f.ours || err == nil
		return err
	}
	// The same again, of a requirement with several instances, or by the apply of a plan.
	if f.has(section) {
		return nil
	}
	if err := f.ofThisRun(); err != nil {
		return err
	}
	file, err := os.OpenFile(f.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	// In one write, since another process may append at the same time.
	_, err = file.WriteString("\n" + section)
	f.ours = f.ours || err == nil
	return errors.Join(err, file.Close())
}

// has reports whether the file is a draft with the section.
func (f *draftFile) has(section string) bool {
	there, err := f.read()
	return err == nil && bytes.Contains(there, []byte("\n"+section))
}

// read reads the file that is there, which has to be a draft.
func (f *draftFile) read() ([]byte, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errDraftExists
	}
	there, err := os.ReadFile(f.path)
	if err == nil && !strings.HasPrefix(string(there), report.DraftHead) {
		return nil, errDraftExists
	}
	return there, err
}

// ofThisRun refuses a file that this run has not made.
func (f *draftFile) ofThisRun() error {
	if _, err := f.read(); err != nil {
		return err
	}
	info, err := os.Stat(f.path)
	if err == nil && !f.ours && info.ModTime().Before(f.started.Add(-draftSlack)) {
		return errDraftExists
	}
	return err
}

// createWhole makes a file that is there with all of its content or not at all, and fails
// with fs.ErrExist where there is one.
func createWhole(path string, content []byte) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".controls-draft-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(content)
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	err = os.Link(temp.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Some file systems have no links.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
