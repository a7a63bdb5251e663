// Package oci reads files, signatures and bundles from OCI registries, and keeps what a digest
// names in a cache of its own. What is returned has the digest that was asked for, in the
// registry as in the cache, or there is an error. Nothing is written to a registry.
//
// Errors are phrases to stand behind the reference that was asked for. They say what was
// expected and what to do, and are in words of this package: what a registry or a proxy
// says, and the addresses that it redirects to, may hold secrets.
package oci

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"

	"github.com/security-controls/terraform-provider-controls/internal/canonicaljson"
)

// Deadline is how long one source may take, all of its files and all further attempts
// included.
const Deadline = 60 * time.Second

// CacheVariable is the environment variable with the folder of the cache.
const CacheVariable = "CONTROLS_CACHE_DIR"

// The limits of what is read beside the files themselves.
const (
	maxManifest = 4 << 20 // what registries accept
	maxBundle   = 8 << 20 // a summary of a thousand services takes some megabytes
	maxList     = 16 << 20
)

// sideBySide is how many files of one artifact are fetched at once.
const sideBySide = 8

// Options say how a client works. The zero value is that of a provider.
type Options struct {
	// Version is that of the program, for its name towards registries.
	Version string
	// CacheDir is the folder of the cache; "" for none.
	CacheDir string
	// Deadline replaces the constant, if it is set.
	Deadline time.Duration
}

// Client reads from registries, with the credentials of Docker's configuration. It opens no
// connection and reads no file before something is asked of it. All methods may be called side by
// side.
type Client struct {
	deadline time.Duration
	cache    *cache
	auth     *auth.Client
	logins   *logins
}

// New returns a client.
func New(opts Options) *Client {
	c := &Client{deadline: Deadline, logins: newLogins()}
	if opts.Deadline > 0 {
		c.deadline = opts.Deadline
	}
	if opts.CacheDir != "" {
		c.cache = &cache{dir: opts.CacheDir}
	}
	c.auth = &auth.Client{
		Client:     &http.Client{Transport: newTransport(), CheckRedirect: checkRedirect},
		Header:     http.Header{"User-Agent": {"terraform-provider-controls/" + opts.Version}},
		Cache:      auth.NewCache(),
		Credential: c.logins.credential,
	}
	return c
}

// CacheProblem is why something could not be kept in the cache, as a sentence, or nil. It is
// no error: what was read is verified, and is fetched again the next time.
func (c *Client) CacheProblem() error {
	if c.cache == nil {
		return nil
	}
	return c.cache.problem()
}

// logins are the credentials of Docker's configuration, read on first use.
type logins struct {
	store func() (credentials.Store, error)

	mu    sync.Mutex
	known map[string]bool // registries that there are credentials for
}

func newLogins() *logins {
	return &logins{
		known: map[string]bool{},
		store: sync.OnceValues(func() (credentials.Store, error) {
			return credentials.NewStoreFromDocker(credentials.StoreOptions{})
		}),
	}
}

// errLogin stands for all that can be wrong with Docker's configuration and its helpers:
// what they say could hold what they keep.
var errLogin = errors.New("credentials cannot be read")

func (l *logins) credential(ctx context.Context, hostport string) (auth.Credential, error) {
	store, err := l.store()
	if err != nil {
		return auth.EmptyCredential, errLogin
	}
	found, err := credentials.Credential(store)(ctx, hostport)
	if err != nil {
		return auth.EmptyCredential, errLogin
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.known[hostport] = found != auth.EmptyCredential
	return found, nil
}

// has reports whether there are credentials for a registry, once they have been asked for.
func (l *logins) has(hostport string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.known[hostport]
}

// hostport is where a registry is reached.
func hostport(r Reference) string { return registry.Reference{Registry: r.Registry}.Host() }

// repository is what oras-go lists tags and referrers by.
func (c *Client) repository(r Reference) *remote.Repository {
	return &remote.Repository{
		Client:               c.auth,
		Reference:            registry.Reference{Registry: r.Registry, Repository: r.Repository},
		PlainHTTP:            r.plainHTTP(),
		TagListPageSize:      1000,
		TagListMaxPages:      10_000,
		ReferrerListMaxPages: 10,
		MaxMetadataBytes:     maxList,
	}
}

// content is what a digest names.
type content struct {
	digest string // "" where a tag names it
	size   int64  // -1 where it is not known
	limit  int64  // of the size
	what   string // for people: `the file "x.yaml"`
}

// manifests and blobs are the two kinds of what a registry has.
const (
	manifests = "manifests"
	blobs     = "blobs"
)

// read returns content from the cache, or from the registry into the cache.
func (c *Client) read(ctx context.Context, r Reference, kind string, want content) ([]byte, error) {
	if data, ok := c.cache.get(want); ok {
		return data, nil
	}
	data, err := c.fetch(ctx, r, kind, want)
	if err == nil {
		c.cache.put(want.digest, data)
	}
	return data, err
}

// fetch returns content from the registry. One that sends something else is asked once more:
// what stands in between may have failed.
func (c *Client) fetch(ctx context.Context, r Reference, kind string, want content) ([]byte, error) {
	data, err := c.fetchOnce(ctx, r, kind, want)
	var mismatch *mismatchError
	if errors.As(err, &mismatch) {
		data, err = c.fetchOnce(ctx, r, kind, want)
	}
	return data, err
}

// accept are the manifests that are read, and those that are told apart from them.
const accept = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, " +
	"application/vnd.docker.distribution.manifest.v2+json"

// fetchOnce returns what the registry has, once it is known to be what was asked for.
func (c *Client) fetchOnce(ctx context.Context, r Reference, kind string, want content) ([]byte, error) {
	scheme, name := "https", want.digest
	if r.plainHTTP() {
		scheme = "http"
	}
	if name == "" {
		name = r.Tag
	}
	limit := want.limit
	if want.size >= 0 {
		limit = want.size
	}
	ref := registry.Reference{Registry: r.Registry, Repository: r.Repository}
	ctx = auth.AppendRepositoryScope(withLimit(ctx, limit), ref, auth.ActionPull)
	url := fmt.Sprintf("%s://%s/v2/%s/%s/%s", scheme, ref.Host(), r.Repository, kind, name)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, errors.New("the reference is malformed")
	}
	if kind == manifests {
		req.Header.Set("Accept", accept)
	}
	resp, err := c.auth.Do(req)
	if err != nil {
		return nil, c.explain(ctx, r, want.what, err)
	}
	defer resp.Body.Close()
	if other := resp.Request.URL.Host; resp.StatusCode != http.StatusOK && other != req.URL.Host {
		return nil, &unavailableError{fmt.Errorf("the registry redirects to %s for %s, which answers with status %d, expected "+
			"200: tell whoever runs the registry", other, want.what, resp.StatusCode)}
	}
	if resp.StatusCode != http.StatusOK {
		return nil, c.refused(r, want.what, resp.StatusCode)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, c.explain(ctx, r, want.what, err)
	}
	got := canonicaljson.Digest(data)
	// What a registry says of the digest in a header does not count: what it sent does.
	if want.digest != "" && got != want.digest || want.size >= 0 && int64(len(data)) != want.size {
		return nil, &mismatchError{want: want, digest: got, size: int64(len(data))}
	}
	return data, nil
}
