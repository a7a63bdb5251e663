package attest

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/plaintext"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

const statementType = "https://in-toto.io/Statement/v1"

// statement is an in-toto Statement v1. Here and below, fields are declared in the order
// of their JSON names, as canonicaljson wants.
type statement struct {
	Type          string    `json:"_type"`
	Predicate     any       `json:"predicate"`
	PredicateType string    `json:"predicateType"`
	Subject       []Subject `json:"subject"`
}

// Subject is what a statement is about. Verifiers match it by a digest alone.
type Subject struct {
	Digest map[string]string `json:"digest"` // by algorithm
	Name   string            `json:"name"`
	URI    string            `json:"uri,omitempty"`
}

// Verifiers refuse statements with more subjects, or more digests of one.
const (
	maxSubjects = 1000
	maxDigests  = 16
)

// hexDigits is how many digits the digests of an algorithm have, by the names of
// in-toto's DigestSet; nil for an algorithm that is not known.
func hexDigits(algorithm string) []int {
	switch algorithm {
	case "sha1":
		return []int{40}
	case "sha224", "sha512_224", "sha3_224":
		return []int{56}
	case "sha256", "sha512_256", "sha3_256":
		return []int{64}
	case "sha384", "sha3_384":
		return []int{96}
	case "sha512", "sha3_512":
		return []int{128}
	case "gitCommit", "gitTree", "gitBlob", "gitTag":
		return []int{40, 64} // of SHA-1, of SHA-256
	default:
		return nil
	}
}

var (
	algorithmForm = lazyregexp.Regexp{Expression: `^[A-Za-z][A-Za-z0-9_]*$`}
	hexForm       = lazyregexp.Regexp{Expression: `^[0-9a-f]+$`}
)

// subjects returns one subject for each assessment, and the caller's.
func (r Request) subjects(assessments []input) ([]Subject, error) {
	if n := len(assessments) + len(r.Subjects); n > maxSubjects {
		return nil, &InputError{
			"subjects",
			0,
			"Too many subjects",
			fmt.Sprintf(
				"There are %d subjects, one for each assessment included; verifiers accept at most %d. Attest to some of them "+
					"separately.",
				n, maxSubjects,
			),
		}
	}
	var out []Subject
	taken := map[string]bool{}
	for _, a := range assessments {
		out = append(out, Subject{Digest: map[string]string{"sha256": hexOf(a.digest)}, Name: a.name()})
		taken[a.name()] = true
	}
	for i, s := range r.Subjects {
		problem := s.problem()
		if problem == "" && taken[s.Name] {
			problem = words.Sprintf("Another subject is called %q as well. Give each a name of its own", s.Name)
		}
		if problem != "" {
			return nil, &InputError{"subjects", i + 1, "Malformed subject", words.Sentence(problem)}
		}
		taken[s.Name] = true
		out = append(out, s)
	}
	return out, nil
}

// problem says what is wrong with a subject, or "".
func (s Subject) problem() string {
	switch {
	case plaintext.Blank(s.Name):
		return "The subject has no name"
	case s.URI != "" && !isURI(s.URI):
		return words.Sprintf("%q is not a URI with a scheme, such as https://example.com/plan", s.URI)
	case len(s.Digest) == 0:
		return "The subject has no digest, by which verifiers would know it"
	case len(s.Digest) > maxDigests:
		return fmt.Sprintf("The subject has %d digests, expected at most %d", len(s.Digest), maxDigests)
	}
	for _, algorithm := range slices.Sorted(maps.Keys(s.Digest)) {
		if problem := digestProblem(algorithm, s.Digest[algorithm]); problem != "" {
			return problem
		}
	}
	return ""
}

func digestProblem(algorithm, digest string) string {
	lengths := hexDigits(algorithm)
	switch {
	case !algorithmForm.MatchString(algorithm):
		return words.Sprintf("%q is not the name of a digest algorithm, such as sha256 or gitCommit", algorithm)
	case lengths != nil && (!hexForm.MatchString(digest) || !slices.Contains(lengths, len(digest))):
		return words.Sprintf("%q is not a digest by %s, expected %d lower-case hexadecimal digits", digest, algorithm, lengths[0])
	case plaintext.Blank(digest):
		return "The digest by " + algorithm + " is blank"
	}
	return ""
}

func (r Request) checkURIs() error {
	for _, uri := range []struct{ argument, value string }{
		{"issuer", r.Issuer}, {"resource_uri", r.ResourceURI}, {"policy_uri", r.PolicyURI},
	} {
		if uri.value != "" && !isURI(uri.value) {
			return &InputError{uri.argument, 0, "Malformed URI", URIProblem(uri.value)}
		}
	}
	return nil
}

// URIProblem says what is wrong with a URI, or "".
func URIProblem(s string) string {
	if isURI(s) {
		return ""
	}
	return words.Sprintf("%q is not a URI with a scheme, such as https://example.com/pipelines/deploy.", s)
}

func isURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && (u.Host != "" || u.Path != "" || u.Opaque != "") && !strings.ContainsAny(s, " \t\r\n\"<>")
}

// hexOf is the digest without its algorithm.
func hexOf(digest string) string { return strings.TrimPrefix(digest, "sha256:") }
