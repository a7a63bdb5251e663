package oci

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// maxSignatures is how many bundles that are attached to one manifest are looked at.
const maxSignatures = 100

// maxProblem is how many characters of a bundle's problem are told, which may repeat what it says.
const maxProblem = 500

// verifySigned looks for a bundle that is attached to a manifest and is accepted. Those that
// were seen before come first: a signature does not turn false, and so a registry need not be asked
// again for what is in the cache.
func (c *Client) verifySigned(ctx context.Context, r Reference, digest string, size int64, verify Verify) error {
	for _, bundle := range c.cache.bundles(digest) {
		if verify(string(bundle), digest) == nil {
			return nil
		}
	}
	attached, err := c.referrers(ctx, r, digest, size)
	if err != nil {
		return err
	}
	var problems []string
	for _, d := range attached {
		bundle, err := c.bundle(ctx, r, content{digest: d, size: -1, limit: maxManifest, what: "the manifest of a signature"})
		var other *otherTypeError
		switch {
		case errors.As(err, &other):
			continue
		case err != nil && IsUnavailable(err):
			return err
		case err == nil:
			err = verify(string(bundle), digest)
		}
		if err != nil { // one that is broken, or gone, is no reason against another
			problems = append(problems, words.Clip(err.Error(), maxProblem))
			continue
		}
		c.cache.putBundle(digest, bundle)
		return nil
	}
	if len(problems) == 0 {
		return fmt.Errorf("no signature is attached to it, expected one by one of public_keys: sign it with "+
			"\"cosign sign --key cosign.key --use-signing-config=false --tlog-upload=false "+
			"%s/%s@%s\"", r.Registry, r.Repository, digest)
	}
	return fmt.Errorf("%s attached to it, and none is accepted, expected one of cosign sign's by one of public_keys: %s",
		countAre(len(problems), "bundle"), words.AtMost(problems, 3))
}

// countAre counts things, with the verb: "1 bundle is", "2 bundles are".
func countAre(n int, thing string) string {
	if n == 1 {
		return "1 " + thing + " is"
	}
	return words.Count(n, thing) + " are"
}

// withoutList are how registries besides 404 answer that have no list of what is attached.
var withoutList = []int{
	http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusNotImplemented,
}

// referrers lists the manifests that are attached to one and may hold a bundle: by the
// registry's own list or, where it has none, by the tag that stands in for it.
func (c *Client) referrers(ctx context.Context, r Reference, digested string, size int64) ([]string, error) {
	const what = "the list of signatures"
	var out []string
	subject := ocispec.Descriptor{MediaType: manifestType, Digest: digest.Digest(digested), Size: size}
	list := func(from *remote.Repository) error {
		out = nil
		return from.Referrers(withLimit(ctx, maxList), subject, "", func(page []ocispec.Descriptor) error {
			for _, d := range page {
				if (d.ArtifactType == "" || d.ArtifactType == BundleType) && digestForm.MatchString(string(d.Digest)) {
					out = append(out, string(d.Digest))
				}
			}
			return nil
		})
	}
	err := list(c.repository(r))
	var status *errcode.ErrorResponse
	if errors.As(err, &status) && slices.Contains(withoutList, status.StatusCode) {
		byTag := c.repository(r)
		_ = byTag.SetReferrersCapability(false) // fails where it has been set
		err = list(byTag)
	}
	if err != nil {
		return nil, c.explainList(ctx, r, what, err)
	}
	if len(out) > maxSignatures {
		return nil, fmt.Errorf("%d bundles are attached to it, expected at most %d: publish it anew, and sign it once", len(out),
			maxSignatures)
	}
	return out, nil
}

// explainList says why a list cannot be had.
func (c *Client) explainList(ctx context.Context, r Reference, what string, err error) error {
	var status *errcode.ErrorResponse
	switch {
	case errors.As(err, &status) && status.URL != nil && status.URL.Host == hostport(r):
		return c.refused(r, what, status.StatusCode)
	case errors.Is(err, errdef.ErrTooManyPages):
		return fmt.Errorf("%s is too long, or has no end", what)
	}
	return c.explain(ctx, r, what, err)
}

// otherTypeError is an artifact that is no bundle.
type otherTypeError struct{ is string }

func (e *otherTypeError) Error() string {
	return words.Sprintf("the artifact has the type %q, expected %q: write it with \"oras push --artifact-type\"",
		words.Clip(e.is, 100), BundleType)
}

// bundle reads the bundle that is the one layer of an artifact.
func (c *Client) bundle(ctx context.Context, r Reference, want content) ([]byte, error) {
	fetch := c.read
	if want.digest == "" {
		fetch = c.fetch // a tag may move: neither it nor what it leads to is kept
	}
	data, err := fetch(ctx, r, manifests, want)
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(data)
	if err != nil {
		return nil, err
	}
	if m.artifactType() != BundleType {
		return nil, &otherTypeError{m.artifactType()}
	}
	if len(m.Layers) != 1 || !digestForm.MatchString(m.Layers[0].Digest) {
		return nil, fmt.Errorf("the artifact has %d layers, expected one with the bundle", len(m.Layers))
	}
	l := m.Layers[0]
	if l.Size < 0 || l.Size > maxBundle {
		return nil, tooLarge("the bundle", l.Size, maxBundle)
	}
	return fetch(ctx, r, blobs, content{digest: l.Digest, size: l.Size, limit: maxBundle, what: "the bundle"})
}
