package oci

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

// maxAttempts is how often something is tried that fails without saying when to come back.
const maxAttempts = 4

// firstWait is that of all requests.
const firstWait = 200 * time.Millisecond

// minLimit is how many bytes an answer may have in any case: tokens and errors are answers.
const minLimit = 256 << 10

type limitKey struct{}

// withLimit bounds the answers to the requests of a context, in bytes.
func withLimit(ctx context.Context, limit int64) context.Context {
	return context.WithValue(ctx, limitKey{}, max(limit, minLimit))
}

// transport reads each answer whole, so that one which is cut counts as a failed attempt,
// and tries again what may succeed then.
type transport struct {
	base http.RoundTripper
	// firstWait is how long the second attempt waits; each further one waits twice as long.
	firstWait time.Duration
}

func newTransport() *transport {
	base := http.DefaultTransport
	if t, ok := base.(*http.Transport); ok {
		t = t.Clone()
		t.MaxIdleConnsPerHost = 64
		t.DisableCompression = true // sizes are those of what is sent
		t.OnProxyConnectResponse = func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			if resp.StatusCode != http.StatusOK {
				return &proxyError{resp.StatusCode}
			}
			return nil
		}
		base = t
	}
	return &transport{base, firstWait}
}

// errTooLarge is an answer with more bytes than what was asked for may have.
var errTooLarge = errors.New("the answer is too large")

// retryAfterError is an answer that says to come back after the deadline.
type retryAfterError struct {
	status int
	wait   time.Duration
}

func (e *retryAfterError) Error() string {
	return fmt.Sprintf("status %d, retry after %s", e.status, e.wait)
}

// proxyError is a proxy that makes no connection to a registry.
type proxyError struct{ status int }

func (e *proxyError) Error() string { return fmt.Sprintf("the proxy answers with status %d", e.status) }

// cutError is an answer that ended early, at the last attempt.
type cutError struct{ err error }

func (e *cutError) Error() string { return "the answer was cut: " + e.err.Error() }

func (e *cutError) Unwrap() error { return e.err }

// RoundTrip sends a request, again if need be.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	wait := t.firstWait
	for attempt := 1; ; attempt++ {
		resp, err := t.once(req)
		if ctx.Err() != nil || !again(resp, err) {
			return resp, err
		}
		pause, asked := wait, time.Duration(0)
		if err == nil {
			asked = retryAfter(resp)
			pause = max(asked, wait)
		}
		late := isLate(ctx, pause)
		if asked > 0 && late {
			return nil, &retryAfterError{resp.StatusCode, asked}
		}
		if late || asked == 0 && attempt == maxAttempts {
			return resp, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
		wait *= 2
		req = req.Clone(ctx)
		if req.GetBody != nil {
			if req.Body, err = req.GetBody(); err != nil {
				return nil, err
			}
		}
	}
}

// isLate reports whether a pause would last until after the deadline.
func isLate(ctx context.Context, pause time.Duration) bool {
	deadline, limited := ctx.Deadline()
	return limited && time.Until(deadline) < pause
}

// once sends a request, and reads the answer whole.
func (t *transport) once(req *http.Request) (*http.Response, error) {
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	limit, ok := req.Context().Value(limitKey{}).(int64)
	if !ok {
		limit = maxList
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	_ = resp.Body.Close()
	switch {
	case err != nil:
		return nil, &cutError{err}
	case int64(len(data)) > limit:
		return nil, errTooLarge
	}
	resp.Body = io.NopCloser(bytes.NewReader(data))
	resp.ContentLength = int64(len(data))
	return resp, nil
}

// again reports whether another attempt may do better.
func again(resp *http.Response, err error) bool {
	if err == nil {
		switch resp.StatusCode {
		case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
			http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	}
	var unknownName *net.DNSError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var proxy *proxyError
	switch {
	case errors.As(err, &proxy):
		return proxy.status >= http.StatusInternalServerError
	case errors.Is(err, errTooLarge), errors.Is(err, syscall.ECONNREFUSED), errors.As(err, &certificate),
		errors.As(err, &authority), errors.As(err, &record), errors.As(err, &unknownName) && unknownName.IsNotFound:
		return false
	}
	return true
}

// retryAfter is how long an answer says to wait, in seconds or until a day and time; 0 where it
// does not.
func retryAfter(resp *http.Response) time.Duration {
	if !again(resp, nil) {
		return 0
	}
	value := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// errRedirect is a redirect that is not followed.
var errRedirect = errors.New("redirected to where nobody may read along")

// maxRedirects is how many redirects are followed.
const maxRedirects = 10

// checkRedirect follows redirects within TLS, and on this machine. That credentials stay with
// the host that they are for is seen to by oras-go.
func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return errRedirect
	}
	local := via[0].URL.Scheme == "http" && isLoopback(req.URL.Hostname())
	if req.URL.Scheme != "https" && !local {
		return errRedirect
	}
	return nil
}
