package oci

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/security-controls/terraform-provider-controls/internal/boundedfile"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// mismatchError is content that is not what was asked for.
type mismatchError struct {
	want   content
	digest string
	size   int64
}

func (e *mismatchError) Error() string {
	expected, got := e.want.digest, e.digest
	if e.want.size >= 0 && e.size != e.want.size {
		expected += " with " + words.Count(int(e.want.size), "byte")
		got += " with " + words.Count(int(e.size), "byte")
	}
	return fmt.Sprintf("the registry sent other content for %s than was asked for, twice: expected %s, got %s. "+
		"The registry, or a proxy in between, is damaged or not to be trusted: nothing of it is used; publish the artifact anew",
		e.want.what, expected, got)
}

// unavailableError is that a registry does not answer, or not us: nothing is known of what it
// has.
type unavailableError struct{ error }

func (e *unavailableError) Unwrap() error { return e.error }

// IsUnavailable reports whether an error says that the registry could not be asked, and not
// that what it has is not in order.
func IsUnavailable(err error) bool {
	var unavailable *unavailableError
	return errors.As(err, &unavailable)
}

// refused says what an answer other than 200 means.
func (c *Client) refused(r Reference, what string, status int) error {
	err := c.refusal(r, what, status)
	if status == http.StatusNotFound {
		return err
	}
	return &unavailableError{err}
}

func (c *Client) refusal(r Reference, what string, status int) error {
	host := hostport(r)
	login := fmt.Sprintf("docker login %s", r.Registry)
	switch status {
	case http.StatusUnauthorized:
		if c.logins.has(host) {
			return fmt.Errorf("the registry does not accept the credentials that Docker's configuration has for %s (status "+
				"401): log in anew with %q, as who may read the repository", r.Registry, login)
		}
		return fmt.Errorf("the registry wants credentials, and Docker's configuration has none for %s (status 401): "+
			"log in with %q, or let DOCKER_CONFIG name the folder of a config.json that has them", r.Registry, login)
	case http.StatusForbidden:
		return fmt.Errorf("the registry denies access to %s (status 403): have whoever runs it grant reading the repository "+
			"to the account that Docker's configuration has for %s", what, r.Registry)
	case http.StatusNotFound:
		return fmt.Errorf("the registry does not have %s (status 404): compare the repository and the tag or digest with what "+
			"was published; it may have been deleted, and some registries answer so to whoever may not read", what)
	case http.StatusTooManyRequests:
		return fmt.Errorf("the registry is asked too often (status 429), also after %d attempts: try again later, log in with "+
			"%q where that raises the limit, or use a registry of your own", maxAttempts, login)
	}
	if status >= http.StatusInternalServerError {
		return fmt.Errorf("the registry fails at %s (status %d), also after %d attempts: try again later, or tell whoever "+
			"runs it", what, status, maxAttempts)
	}
	if status == http.StatusBadRequest && r.plainHTTP() {
		return fmt.Errorf("the registry answers with status 400 to the question for %s, which was sent without TLS, as to all "+
			"loopback addresses: if %s speaks TLS, name it by a name of its own, for which its certificate is", what, r.Registry)
	}
	return fmt.Errorf("the registry answers with status %d to the question for %s, expected 200: see that %s is an OCI registry",
		status, what, r.Registry)
}

// explain says why there is no answer, in words of our own.
func (c *Client) explain(ctx context.Context, r Reference, what string, err error) error {
	if errors.Is(err, errTooLarge) {
		return fmt.Errorf("the registry sends more for %s than it may have: the registry, or a proxy in between, is damaged or "+
			"not to be trusted; nothing of it is used", what)
	}
	return &unavailableError{c.explanation(ctx, r, what, err)}
}

func (c *Client) explanation(ctx context.Context, r Reference, what string, err error) error {
	var status *errcode.ErrorResponse
	var later *retryAfterError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.Is(err, errLogin):
		return fmt.Errorf("the credentials for %s cannot be read: config.json of Docker's is damaged, or the credential "+
			"helper that it names fails; \"docker login %s\" shows which", r.Registry, r.Registry)
	case errors.As(err, &later):
		return fmt.Errorf("the registry is busy (status %d), and wants to be asked again after %s, which is more than is left "+
			"of %s: try again later", later.status, later.wait, c.deadline)
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil:
		return fmt.Errorf("%s did not arrive within %s, the most that one source may take: see whether the registry can be "+
			"reached from here, and is not overloaded", what, c.deadline)
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return c.refused(r, what, http.StatusUnauthorized)
	case errors.As(err, &status): // of the service that hands out tokens
		if status.StatusCode == http.StatusForbidden || status.StatusCode == http.StatusBadRequest {
			return c.refused(r, what, http.StatusUnauthorized)
		}
		return c.refused(r, what, status.StatusCode)
	case errors.Is(err, errRedirect):
		return errors.New("the registry redirects to an address without TLS, or in circles: have whoever runs it serve the " +
			"content by https; nothing was sent there")
	}
	if problem := explainProxy(r, err); problem != nil {
		return problem
	}
	return c.explainConnection(r, what, err)
}

// explainProxy says what is wrong with the proxy, or nil where it is something else. Its address
// is not told: it may hold a password.
func explainProxy(r Reference, err error) error {
	const instead = "or name the registry in NO_PROXY, if this machine reaches it without"
	var refused *proxyError
	var connect *net.OpError
	switch {
	case errors.As(err, &refused) && refused.status == http.StatusProxyAuthRequired:
		return fmt.Errorf("the proxy that HTTPS_PROXY names wants credentials of its own (status 407): give it those, as in "+
			"http://user:password@proxy.example:3128, %s", instead)
	case errors.As(err, &refused):
		return fmt.Errorf("the proxy that HTTPS_PROXY names makes no connection to %s (status %d): have whoever runs it allow "+
			"that, %s", hostport(r), refused.status, instead)
	case errors.As(err, &connect) && connect.Op == "proxyconnect":
		return fmt.Errorf("the proxy that HTTPS_PROXY names for %s cannot be reached: correct it, %s", hostport(r), instead)
	}
	return nil
}

// explainConnection says why there is no connection.
func (c *Client) explainConnection(r Reference, what string, err error) error {
	host := asked(r, err)
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var cut *cutError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return fmt.Errorf("the name %s is not known here: correct it, or see that this machine may look it up", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nobody listens at %s: start the registry there, or correct host and port", host)
	case errors.As(err, &certificate):
		return words.Errorf("the certificate of %s cannot be verified: add the authority that signed it to those "+
			"of this machine, or let SSL_CERT_FILE name it", host)
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fmt.Errorf("the registry %s speaks HTTP without TLS, which is accepted of a loopback address alone: serve it by "+
			"https", host)
	case errors.As(err, &cut), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET),
		errors.Is(err, syscall.EPIPE):
		return fmt.Errorf("the connection to %s ends before %s is complete, also after %d attempts: see whether the registry, "+
			"or a proxy in between, is overloaded or limits sizes", host, what, maxAttempts)
	}
	return fmt.Errorf("%s cannot be had from %s: the connection or the answer is not in order; see with \"oras manifest fetch\" "+
		"whether this machine reaches the registry", what, host)
}

// asked is the host that an error is about, which may be one that the registry names. Of its
// address no more is told: the rest may hold a token.
func asked(r Reference, err error) string {
	var at *url.Error
	if errors.As(err, &at) {
		if u, err := url.Parse(at.URL); err == nil && u.Host != "" {
			return u.Host
		}
	}
	return hostport(r)
}

// timeout bounds the time that one source may take.
func (c *Client) timeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.deadline)
}

// tooLarge says that content is above a limit, before it is fetched.
func tooLarge(what string, size, limit int64) error {
	return fmt.Errorf("%s has %d bytes, expected at most %s", what, size, boundedfile.Size(limit))
}
