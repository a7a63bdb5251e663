package oci

import (
	"errors"
	"net"
	"strings"

	"oras.land/oras-go/v2/registry"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// Reference names an artifact, or, with neither tag nor digest, a repository.
type Reference struct {
	Registry   string // host, and port if there is one
	Repository string
	Tag        string
	Digest     string // "sha256:" and hexadecimal digits
}

// String writes the reference the way it is read.
func (r Reference) String() string {
	s := r.Registry + "/" + r.Repository
	if r.Tag != "" {
		s += ":" + r.Tag
	}
	if r.Digest != "" {
		s += "@" + r.Digest
	}
	return s
}

// canonical is what decides: of tag and digest the digest.
func (r Reference) canonical() string {
	if r.Digest != "" {
		return r.Digest
	}
	return r.Tag
}

// plainHTTP reports whether the registry is one of this machine, without TLS.
func (r Reference) plainHTTP() bool { return isLoopback(hostOf(r.Registry)) }

func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

// isLoopback reports whether a host is this machine, by its spelling.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

var (
	digestForm = lazyregexp.Regexp{Expression: `^sha256:[0-9a-f]{64}$`}
	tagForm    = lazyregexp.Regexp{Expression: `^[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}$`}
)

// ParseReference reads "registry/repository", ":tag" or "@sha256:…" behind it, or both. The
// error is a phrase that leaves the text out where it holds a password.
func ParseReference(text string) (Reference, error) {
	return parse(text, "registry.example/platform/controls@sha256:…")
}

// parse reads a reference; example is one as it is expected.
func parse(text, example string) (Reference, error) {
	rest, digest, digested := strings.Cut(text, "@")
	if scheme, _, found := strings.Cut(text, "://"); found {
		return Reference{}, words.Errorf("the reference begins with %q, expected the registry without a scheme, such as %s",
			words.Clip(scheme, 20)+"://", example)
	}
	if digested && !strings.HasPrefix(digest, "sha256:") && !strings.Contains(rest, "/") {
		return Reference{}, errors.New("the reference seems to have a user and a password in it, which it must not: " +
			"credentials come from Docker's configuration (docker login)")
	}
	r := Reference{Digest: digest}
	if digested && !digestForm.MatchString(digest) {
		return r, words.Errorf("the digest is %q, expected \"sha256:\" and 64 hexadecimal digits", words.Clip(digest, 80))
	}
	host, repository, found := strings.Cut(rest, "/")
	if !found || !strings.ContainsAny(host, ".:") && host != "localhost" || strings.HasPrefix(host, ".") {
		return r, words.Errorf("the reference %q names no registry, expected one such as %s", words.Clip(text, 200), example)
	}
	r.Registry, r.Repository = host, repository
	if before, tag, tagged := strings.Cut(repository, ":"); tagged {
		r.Repository, r.Tag = before, tag
		if !tagForm.MatchString(tag) {
			return r, words.Errorf("the tag is %q, expected at most 128 letters, digits, \"_\", \".\" and "+
				"\"-\"", words.Clip(tag, 200))
		}
	}
	if (registry.Reference{Registry: r.Registry, Repository: r.Repository}).Validate() != nil {
		return r, words.Errorf("the reference %q is malformed, expected a registry and a repository in lower case, such as %s",
			words.Clip(text, 200), example)
	}
	return r, nil
}

// ParseRepository reads "registry/repository", with nothing behind it, of which each tag is a
// workload. The error is a phrase like that of ParseReference.
func ParseRepository(text string) (Reference, error) {
	r, err := parse(text, "registry.example/platform/verdicts")
	if err == nil && r.canonical() != "" {
		return Reference{}, words.Errorf("the reference has a tag or a digest, expected the repository alone, %s/%s, of which "+
			"each tag is a workload", r.Registry, r.Repository)
	}
	return r, err
}
