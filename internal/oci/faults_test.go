package oci_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/security-controls/terraform-provider-controls/internal/golden"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/oci/ocitest"
)

// secret is in every place where a registry, a proxy or a configuration could have one.
const secret = "hunter2"

// answer answers a request in place of the registry, or lets it.
type answer func(w http.ResponseWriter, r *http.Request) bool

// status answers with a status, and with a secret in the registry's own words.
func status(code int, header ...string) answer {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"errors":[{"code":"DENIED","message":"%s"}]}`, secret)
		return true
	}
}

// send answers with other bytes.
func send(body string) answer {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		_, _ = w.Write([]byte(body))
		return true
	}
}

// cut announces more bytes than it sends.
func cut(w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte("vau"))
	panic(http.ErrAbortHandler)
}

// reset ends the connection in place of an answer.
func reset(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }

// silent does not answer before the client has gone.
func silent(_ http.ResponseWriter, r *http.Request) bool {
	<-r.Context().Done()
	return true
}

// slow sends a byte at a time.
func slow(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Content-Length", "1000")
	for r.Context().Err() == nil {
		_, _ = w.Write([]byte("x"))
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

// redirect sends elsewhere, with a secret in the address.
func redirect(to string) answer {
	return func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, to+r.URL.Path+"?signature="+secret, http.StatusTemporaryRedirect)
		return true
	}
}

// once answers so the first time, and then leaves it to the registry.
func once(a answer) answer {
	var done atomic.Bool
	return func(w http.ResponseWriter, r *http.Request) bool { return !done.Swap(true) && a(w, r) }
}

// at limits an answer to requests whose path has a part.
func at(part string, a answer) answer {
	return func(w http.ResponseWriter, r *http.Request) bool {
		return strings.Contains(r.URL.Path, part) && a(w, r)
	}
}

// faultCases are what can go wrong between the client and the registry, by name. Each loads
// the sample, or loads nothing.
var faultCases = []struct {
	name   string
	answer answer
	loads  bool
}{
	{"nothing", nil, true},
	{"blob reset once", at("/blobs/", once(reset)), true},
	{"blob reset for ever", at("/blobs/", reset), false},
	{"blob cut once", at("/blobs/", once(cut)), true},
	{"blob cut for ever", at("/blobs/", cut), false},
	{"manifest cut for ever", at("/manifests/", cut), false},
	{"blob silent", at("/blobs/", silent), false},
	{"blob slow", at("/blobs/", slow), false},
	{"blob swapped once", at("/blobs/", once(send("vault: nope\n"))), true},
	{"blob swapped for ever", at("/blobs/", send("vault: nope\n")), false},
	{"blob shorter", at("/blobs/", send("va")), false},
	{"blob longer", at("/blobs/", send("vault: true\nand more\n")), false},
	{"blob far longer", at("/blobs/", send(strings.Repeat("x", 300<<10))), false},
	{"manifest swapped", at("/manifests/", send(`{"schemaVersion":2,"layers":[]}`)), false},
	{"manifest of a login page", at("/manifests/", send("<html>Log in, "+secret+"</html>")), false},
	{"401", status(401), false},
	{"401 for the blob", at("/blobs/", status(401)), false},
	{"401 that asks for a password", status(401, "WWW-Authenticate", `Basic realm="x"`), false},
	{
		"401 with a realm of the cloud",
		status(401, "WWW-Authenticate", `Bearer realm="http://169.254.169.254/?`+secret+`"`), false,
	},
	{"401 with a realm that is a file", status(401, "WWW-Authenticate", `Bearer realm="file:///`+secret+`"`), false},
	{"403", status(403), false},
	{"404", status(404), false},
	{"404 for the blob", at("/blobs/", status(404)), false},
	{"429 once", once(status(429, "Retry-After", "1")), true},
	{"429 until a day", once(status(429, "Retry-After", time.Now().Add(time.Second).UTC().Format(http.TimeFormat))), true},
	{"429 for an hour", status(429, "Retry-After", "3600"), false},
	{"429 for ever", status(429), false},
	{"500 once", once(status(500)), true},
	{"500 for ever", status(500), false},
	{"503 for an hour", status(503, "Retry-After", "3600"), false},
	{"418", status(418), false},
	{"redirect to another host", at("/blobs/", redirect("http://{other}")), true},
	{"redirect to another host that wants a password", at("/blobs/", redirect("http://{asking}")), false},
	{"redirect to another host that has something else", at("/blobs/", redirect("http://{wrong}")), false},
	{"redirect without TLS", at("/blobs/", redirect("http://192.0.2.1")), false},
	{"redirect in circles", at("/blobs/", redirect("http://{self}")), false},
}

// elsewhere is the host of a redirect; it notes what it is sent.
func elsewhere(t *testing.T, answer http.HandlerFunc, leaks *[]string, mu *sync.Mutex) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		*leaks = append(*leaks, r.Header.Values("Authorization")...)
		mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// What each fault ends in: the files as they were published, or none and a message.
func TestFaults(t *testing.T) {
	t.Parallel()
	results := make([]string, len(faultCases))
	t.Run("cases", func(t *testing.T) {
		for i, tc := range faultCases {
			t.Run(tc.name, func(t *testing.T) {
				t.Parallel()
				timesOut := strings.HasSuffix(tc.name, "slow") || strings.HasSuffix(tc.name, "silent")
				results[i] = runFault(t, tc.answer, tc.loads, timesOut)
			})
		}
	})
	var out strings.Builder
	for i, tc := range faultCases {
		fmt.Fprintf(&out, "%s:\n  %s\n", tc.name, results[i])
	}
	golden.Check(t, filepath.Join("testdata", "faults.txt"), out.String())
}

// runFault loads the sample past a fault, and says what that ended in.
func runFault(t *testing.T, fault answer, loads, timesOut bool) string {
	t.Helper()
	r, ref := published(t)
	c, dir := client(t)
	if timesOut {
		c = oci.New(oci.Options{CacheDir: dir, Deadline: 500 * time.Millisecond}).Hurry()
	}
	var leaks []string
	var mu sync.Mutex
	hosts := strings.NewReplacer(
		"{self}", r.Host,
		"{other}", elsewhere(t, func(w http.ResponseWriter, r *http.Request) {
			for _, f := range sample {
				if strings.HasSuffix(r.URL.Path, digestOf(f.Content)) {
					_, _ = w.Write([]byte(f.Content))
				}
			}
		}, &leaks, &mu),
		"{asking}", elsewhere(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
		}, &leaks, &mu),
		"{wrong}", elsewhere(t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("vault: nope\n"))
		}, &leaks, &mu),
	)
	if fault != nil {
		r.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
			return fault(&locations{w, hosts}, req)
		})
	}
	a, err := c.Artifact(t.Context(), ref, limits, nil)
	checkCache(t, dir)
	if len(leaks) > 0 {
		t.Errorf("another host was sent %v", leaks)
	}
	if loads != (err == nil) {
		t.Errorf("loaded: %v, expected %v", err == nil, loads)
	}
	if err != nil {
		if a != nil {
			t.Error("there is an artifact with an error")
		}
		text := message(t, r, err)
		return strings.ReplaceAll(text, hosts.Replace("{asking}"), "{asking}")
	}
	checkSample(t, a)
	return "loaded"
}

// locations writes hosts into redirects.
type locations struct {
	http.ResponseWriter
	hosts *strings.Replacer
}

func (l *locations) WriteHeader(code int) {
	if to := l.Header().Get("Location"); to != "" {
		l.Header().Set("Location", l.hosts.Replace(to))
	}
	l.ResponseWriter.WriteHeader(code)
}

func (l *locations) Flush() {
	if f, ok := l.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// message is an error with what differs from run to run left out.
func message(t *testing.T, r *ocitest.Registry, err error) string {
	t.Helper()
	text := err.Error()
	for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte("ann:" + secret)), "signature="} {
		if strings.Contains(text, form) {
			t.Errorf("the message has a secret: %s", text)
		}
	}
	// Of the two files either may fail first.
	for _, f := range sample {
		text = strings.ReplaceAll(text, digestOf(f.Content), "{digest}")
		text = strings.ReplaceAll(text, fmt.Sprintf("%q", f.Name), "{name}")
		text = strings.ReplaceAll(text, fmt.Sprintf("with %d bytes", len(f.Content)), "with {n} bytes")
	}
	return strings.ReplaceAll(text, r.Host, "{registry}")
}

// Faults in what is read beside the artifact: lists of signatures and tags, and bundles.
func TestFaults_signatures(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, tc := range []struct {
		name   string
		answer answer
	}{
		{"list of signatures 401", at("/referrers/", status(401))},
		{"list of signatures 500", at("/referrers/", status(500))},
		{"list of signatures is none", at("/referrers/", send("<html>"+secret))},
		{"signature swapped", at("/blobs/", send("nope"))},
		{"signature 404", at("/blobs/", status(404))},
		{"signature cut", at("/blobs/", cut)},
	} {
		r, ref := published(t)
		c, dir := client(t)
		if _, err := r.Attach(repository, ref.Digest, "a"); err != nil {
			t.Fatal(err)
		}
		r.Intercept(tc.answer)
		a, err := c.Artifact(t.Context(), ref, limits, only("a"))
		if err == nil || a != nil {
			t.Errorf("%s: loaded", tc.name)
			continue
		}
		checkCache(t, dir)
		fmt.Fprintf(&out, "%s:\n  %s\n", tc.name,
			strings.ReplaceAll(message(t, r, err), strings.TrimPrefix(ref.Digest, "sha256:"), "{manifest}"))
	}
	golden.Check(t, filepath.Join("testdata", "faults_signatures.txt"), out.String())
}

func TestFaults_repository(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, tc := range []struct {
		name   string
		answer answer
	}{
		{"list of tags 401", at("/tags/", status(401))},
		{"list of tags 404", at("/tags/", status(404))},
		{"list of tags is none", at("/tags/", send("<html>"+secret))},
		{"list of tags without end", at("/tags/", func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Link", `<`+r.URL.Path+`?last=x>; rel="next"`)
			_, _ = w.Write([]byte(`{"tags":[]}`))
			return true
		})},
		{"list of tags with what is none", at("/tags/", send(`{"tags":["shop","../shop"]}`))},
		{"bundle swapped", at("/blobs/", send("nope"))},
		{"bundle cut", at("/blobs/", cut)},
		{"manifest is none", at("/manifests/", send("<html>"+secret))},
		{"manifest 404", at("/manifests/", status(404))},
	} {
		r := ocitest.Start(t)
		c, dir := client(t)
		if _, err := r.PushBundle("attested", "shop", "bundle"); err != nil {
			t.Fatal(err)
		}
		r.Intercept(tc.answer)
		attested := oci.Reference{Registry: r.Host, Repository: "attested"}
		_, err := c.Tags(t.Context(), attested)
		if err == nil {
			_, err = c.Bundle(t.Context(), attested, "shop")
		}
		if err == nil {
			t.Errorf("%s: nothing fails", tc.name)
			continue
		}
		checkCache(t, dir)
		fmt.Fprintf(&out, "%s:\n  %s\n", tc.name, strings.ReplaceAll(message(t, r, err), digestOf("bundle"), "{digest}"))
	}
	golden.Check(t, filepath.Join("testdata", "faults_repository.txt"), out.String())
}

// login is Docker's configuration with a password for a registry.
func login(t *testing.T, host string) {
	t.Helper()
	config := fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, host, base64.StdEncoding.EncodeToString([]byte("ann:"+secret)))
	t.Setenv("DOCKER_CONFIG", dockerConfig(t, config))
}

func dockerConfig(t *testing.T, config string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// asking wants a password.
func asking(password string) answer {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if _, given, _ := r.BasicAuth(); given == password {
			return false
		}
		return status(401, "WWW-Authenticate", `Basic realm="registry"`)(w, r)
	}
}

func TestCredentials_basic(t *testing.T) {
	r, ref := published(t)
	c, _ := client(t)
	login(t, r.Host)
	r.Intercept(asking(secret))
	a, err := c.Artifact(t.Context(), ref, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	other, _ := client(t)
	r.Intercept(asking("another"))
	_, err = other.Artifact(t.Context(), ref, limits, nil)
	if err == nil || !strings.Contains(err.Error(), "does not accept the credentials") || strings.Contains(err.Error(), secret) {
		t.Errorf("with a wrong password: %v", err)
	}
}

// A token is got with the password, and sent in its place.
func TestCredentials_token(t *testing.T) {
	r, ref := published(t)
	c, _ := client(t)
	login(t, r.Host)
	var authorizations []string
	var mu sync.Mutex
	r.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if req.URL.Path == "/token" {
			if _, password, _ := req.BasicAuth(); password != secret {
				return status(401)(w, req)
			}
			return send(`{"token":"abc"}`)(w, req)
		}
		if req.Header.Get("Authorization") == "Bearer abc" {
			return false
		}
		authorizations = append(authorizations, req.Header.Values("Authorization")...)
		return status(401, "WWW-Authenticate", `Bearer realm="http://`+r.Host+`/token",service="x"`)(w, req)
	})
	a, err := c.Artifact(t.Context(), ref, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
	if len(authorizations) > 0 {
		t.Errorf("the registry was sent %v", authorizations)
	}
	scopes := slices.DeleteFunc(r.Requests(), func(s string) bool { return s != "GET /token" })
	if len(scopes) != 1 {
		t.Errorf("a token was asked for %d times", len(scopes))
	}
}

// Credentials stay where they are for.
func TestCredentials_redirect(t *testing.T) {
	r, ref := published(t)
	c, _ := client(t)
	login(t, r.Host)
	var leaks []string
	var mu sync.Mutex
	other := elsewhere(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="elsewhere"`)
		w.WriteHeader(http.StatusUnauthorized)
	}, &leaks, &mu)
	asks := asking(secret)
	r.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		return asks(w, req) || at("/blobs/", redirect("http://"+other))(w, req)
	})
	_, err := c.Artifact(t.Context(), ref, limits, nil)
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("got %v", err)
	}
	if len(leaks) > 0 {
		t.Errorf("another host was sent %v", leaks)
	}
}

func TestCredentials_unreadable(t *testing.T) {
	for name, config := range map[string]string{
		"not JSON":       `{"auths": ` + secret,
		"missing helper": `{"credsStore":"does-not-exist"}`,
		"bad base64":     `{"auths":{"{host}":{"auth":"` + secret + `"}}}`,
	} {
		r, ref := published(t)
		c, _ := client(t)
		t.Setenv("DOCKER_CONFIG", dockerConfig(t, strings.ReplaceAll(config, "{host}", r.Host)))
		r.Intercept(asking(secret))
		_, err := c.Artifact(t.Context(), ref, limits, nil)
		if err == nil || !strings.Contains(err.Error(), "credentials for "+r.Host+" cannot be read") ||
			strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A credential helper is a program called docker-credential-NAME.
func TestCredentials_helper(t *testing.T) {
	r, ref := published(t)
	c, _ := client(t)
	dir := t.TempDir()
	script := "#!/bin/sh\nread host\n[ \"$1\" = get ] && [ \"$host\" = " + r.Host + " ] && " +
		`echo '{"Username":"ann","Secret":"` + secret + `"}'` + "\n"
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-test"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("DOCKER_CONFIG", dockerConfig(t, `{"credHelpers":{"`+r.Host+`":"test"}}`))
	r.Intercept(asking(secret))
	a, err := c.Artifact(t.Context(), ref, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, a)
}

// The messages of what keeps a connection from being made.
func TestFaults_connection(t *testing.T) {
	t.Parallel()
	ref := oci.Reference{Registry: "registry.example", Repository: repository, Digest: digestOf("x")}
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	unverified := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(unverified.Close)
	through := func(to string) http.RoundTripper {
		transport := &http.Transport{Proxy: nil, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
		address, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		transport.DialContext = dialTo(address.Host)
		return transport
	}
	var out strings.Builder
	for _, tc := range []struct {
		name string
		base http.RoundTripper
	}{
		{"a registry without TLS", through(plain.URL)},
		{"a certificate that nobody knows", through(unverified.URL)},
		{"nobody listens", through("http://" + ocitest.Unused(t))},
	} {
		c, _ := client(t)
		_, err := c.Trust(tc.base).Artifact(t.Context(), ref, limits, nil)
		if err == nil {
			t.Errorf("%s: no error", tc.name)
			continue
		}
		fmt.Fprintf(&out, "%s:\n  %s\n", tc.name, err)
	}
	golden.Check(t, filepath.Join("testdata", "faults_connection.txt"), out.String())
}

// Of a proxy that is in the way, the message is about the proxy, and not about the registry.
func TestFaults_proxy(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, status := range []int{0, http.StatusProxyAuthRequired, http.StatusForbidden, http.StatusBadGateway} {
		attempts := 0
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			attempts++
			http.Error(w, secret, status)
		}))
		address, err := url.Parse(strings.Replace(proxy.URL, "http://", "http://user:"+secret+"@", 1))
		if err != nil {
			t.Fatal(err)
		}
		if status == 0 {
			proxy.Close()
		}
		ref := oci.Reference{Registry: "registry.example", Repository: repository, Digest: digestOf("x")}
		c, _ := client(t)
		_, err = c.Hurry().Through(address).Artifact(t.Context(), ref, limits, nil)
		proxy.Close()
		if err == nil || !oci.IsUnavailable(err) || strings.Contains(err.Error(), secret) {
			t.Errorf("status %d: %v", status, err)
			continue
		}
		if again := status == http.StatusBadGateway; status != 0 && again != (attempts > 1) {
			t.Errorf("status %d: %d attempts", status, attempts)
		}
		fmt.Fprintf(&out, "%d:\n  %s\n", status, err)
	}
	golden.Check(t, filepath.Join("testdata", "faults_proxy.txt"), out.String())
}

// A registry with TLS on this machine is asked without, and the message says so.
func TestFaults_loopbackTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "https://")
	c, _ := client(t)
	_, err := c.Artifact(t.Context(), oci.Reference{Registry: host, Repository: repository, Digest: digestOf("x")}, limits, nil)
	if err == nil || !strings.Contains(err.Error(), "without TLS, as to all loopback addresses: if "+host+" speaks TLS") {
		t.Errorf("got %v", err)
	}
}

// Whoever gives up is not told of a deadline.
func TestArtifact_givenUp(t *testing.T) {
	t.Parallel()
	r, ref := published(t)
	c, _ := client(t)
	ctx, cancel := context.WithCancel(t.Context())
	r.Intercept(func(w http.ResponseWriter, req *http.Request) bool {
		cancel()
		return silent(w, req)
	})
	if _, err := c.Artifact(ctx, ref, limits, nil); err == nil || strings.Contains(err.Error(), "within") {
		t.Errorf("got %v", err)
	}
}
