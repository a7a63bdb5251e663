package approve

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/assess"
	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/fault"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source"
	"github.com/security-controls/terraform-provider-controls/internal/catalog/source/remote"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// maxSignatures is how many signatures one register may have.
const maxSignatures = 50

// sigExtension is how the names of files with signatures end.
const sigExtension = ".sig"

// Options are where registers are, and who may sign them.
type Options struct {
	Paths []string // files and folders
	// Artifacts are registers in a registry, beside those of Paths.
	Artifacts []*remote.Artifact
	// Approvers is the text of an allowed_signers file; nil where registers need no
	// signature.
	Approvers *string
	// Revoked is the text of a list of public keys; nil for none.
	Revoked *string
}

// Book is all registers that are at hand, with who signed them.
type Book struct {
	Approvers *Approvers // nil where registers need no signature
	Revoked   []string   // fingerprints, sorted
	Registers []*Signed  // by name
}

// Signed is a register with its signatures.
type Signed struct {
	*Register
	Digest     string // of its bytes, "sha256:" and hexadecimal digits
	Signatures []Signature
}

// Signature is what a file with a signature comes to.
type Signature struct {
	File        string // as errors name it
	Text        []byte // as it is
	Fingerprint string // "" where the file has no signature
	// Approver is who signed; the zero value where the signature does not count.
	Approver assess.Approver
	// Problem says why the signature does not count, as a phrase about the file: "is by a
	// key that …"; "" where it does.
	Problem string
}

// Signers lists who signed, sorted, each key once.
func (s *Signed) Signers() []assess.Approver {
	var out []assess.Approver
	for _, sig := range s.Signatures {
		if sig.Problem == "" {
			out = append(out, sig.Approver)
		}
	}
	slices.SortFunc(out, func(x, y assess.Approver) int {
		return cmp.Or(cmp.Compare(x.Principal, y.Principal), cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	return slices.Compact(out)
}

// Load reads registers and the keys of who may sign. The error lists all that cannot be
// read; a signature that does not count is none.
func Load(opts Options) (*Book, error) {
	b := &Book{}
	var errs []error
	note := func(err error) {
		if err != nil {
			errs = append(errs, unjoin(err)...)
		}
	}
	var err error
	if opts.Approvers != nil {
		b.Approvers, err = ParseApprovers("approvers", *opts.Approvers)
		note(err)
	}
	if opts.Revoked != nil {
		b.Revoked, err = ParseRevoked("revoked_keys", *opts.Revoked)
		note(err)
	}
	opened := remote.Start(opts.Artifacts)
	for _, name := range opts.Paths {
		note(b.load(source.OpenPath(name)))
	}
	for _, open := range opened {
		note(b.load(open()))
	}
	if len(errs) > 0 {
		return nil, fault.Join(errs)
	}
	slices.SortStableFunc(b.Registers, func(x, y *Signed) int { return cmp.Compare(x.Name, y.Name) })
	for i, r := range b.Registers[min(1, len(b.Registers)):] {
		if before := b.Registers[i]; before.Name == r.Name {
			errs = append(errs, &fault.Error{File: r.File, Message: words.Sprintf("the register is called %q, as is %s: "+
				"keep the newer of two issues, or give each register a name of its own", r.Name, before.File)})
		}
	}
	if len(errs) > 0 {
		return nil, fault.Join(errs)
	}
	return b, nil
}

func unjoin(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// load reads the registers of a source.
func (b *Book) load(src *source.Source, err error) error {
	if err != nil {
		return err
	}
	src.Holds = "registers"
	files, err := src.Read()
	if err != nil {
		return err
	}
	signatures, err := signatureFiles(src.FS, files)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		r, problems := ParseRegister(f.Shown, f.Data)
		if len(problems) > 0 {
			errs = append(errs, problems...)
			continue
		}
		s := &Signed{Register: r, Digest: canonicaljson.Digest(f.Data)}
		names := signatures[f.Name]
		if len(names) > maxSignatures {
			errs = append(errs, &fault.Error{File: f.Shown, Message: fmt.Sprintf("there are %d signatures, expected at most %d",
				len(names), maxSignatures)})
			continue
		}
		for _, sig := range names {
			shown := filepath.Join(filepath.Dir(f.Shown), path.Base(sig))
			text, err := boundedfile.Read(src.FS, sig, maxSignatureBytes)
			if err != nil {
				s.Signatures = append(s.Signatures, Signature{File: shown, Problem: err.Error()})
				continue
			}
			s.Signatures = append(s.Signatures, b.Check(shown, r.Data, text))
		}
		b.Registers = append(b.Registers, s)
	}
	return fault.Join(errs)
}

// signatureFiles lists the files with signatures by the register that they stand beside:
// NAME.yaml.sig and NAME.yaml.WHO.sig for NAME.yaml, sorted.
func signatureFiles(fsys fs.FS, files []source.File) (map[string][]string, error) {
	registers, folders := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		registers[f.Name] = true
		folders[path.Dir(f.Name)] = true
	}
	found := map[string][]string{}
	for folder := range folders {
		entries, err := fs.ReadDir(fsys, folder)
		if err != nil {
			return nil, &fault.Error{File: folder, Message: boundedfile.Unreadable(err).Error()}
		}
		for _, entry := range entries {
			name, ok := strings.CutSuffix(entry.Name(), sigExtension)
			if !ok || entry.IsDir() {
				continue
			}
			register := path.Join(folder, name)
			for !registers[register] && path.Ext(register) != "" {
				register = strings.TrimSuffix(register, path.Ext(register)) // without the name of who signed, dots and all
			}
			if registers[register] {
				found[register] = append(found[register], path.Join(folder, entry.Name()))
			}
		}
	}
	return found, nil
}

// Check holds the text of a signature against the bytes of a register. Without approvers
// nothing is checked: the signature does not matter.
func (b *Book) Check(file string, data, text []byte) Signature {
	s := Signature{File: file, Text: text}
	sig, err := parseSignature(text)
	if err != nil {
		s.Problem = err.Error()
		return s
	}
	s.Fingerprint = sig.fingerprint()
	if b.Approvers == nil {
		s.Problem = "is by a key of which nobody says whose it is: the provider has no approvers"
		return s
	}
	wire := sig.key.Marshal()
	approver, known := b.Approvers.byKey[string(wire)]
	namespaces, other := b.Approvers.others[string(wire)]
	_, revoked := slices.BinarySearch(b.Revoked, s.Fingerprint)
	switch {
	case revoked:
		s.Problem = "is by a key that is revoked, " + s.Fingerprint
	case other:
		s.Problem = words.Sprintf("is by a key that approvers have for the namespaces %q alone, %s", namespaces, s.Fingerprint)
	case !known:
		s.Problem = "is by a key that is none of the approvers', " + s.Fingerprint
	case sig.verify(data):
		s.Approver = approver
	default:
		s.Problem = "does not fit the register, which has been changed since it was signed"
		if lf := lfForm(data); len(lf) != len(data) && sig.verify(lf) {
			s.Problem = "fits the register with LF line ends, and it has CRLF: let Git leave the file as it is, " +
				"by \"*.yaml -text\" in .gitattributes, and check it out again"
		}
	}
	return s
}

// Approval is what the registers say, under a policy of which the keys are filled in.
func (b *Book) Approval(policy assess.Policy) *assess.Approval {
	policy.Approvers, policy.Revoked, policy.Registers = b.Approvers.List(), b.Revoked, len(b.Registers) > 0
	a := &assess.Approval{Policy: policy}
	for _, s := range b.Registers {
		r := assess.Register{
			RegisterRef: assess.RegisterRef{Digest: s.Digest, Issued: s.Issued, Name: s.Name},
			File:        s.File, Workloads: s.Workloads, Exceptions: s.Exceptions, Evidence: s.Evidence,
		}
		if b.Approvers != nil {
			r.Signers = s.Signers()
			for _, sig := range s.Signatures {
				if sig.Problem != "" {
					r.Problems = append(r.Problems, filepath.Base(sig.File)+" "+sig.Problem)
				}
			}
			if len(s.Signatures) == 0 {
				r.Problems = []string{"there is no " + filepath.Base(s.File) + sigExtension}
			}
		}
		a.Registers = append(a.Registers, r)
	}
	return a
}
