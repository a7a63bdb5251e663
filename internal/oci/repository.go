package oci

import (
	"context"
	"errors"
	"sync"

	"github.com/security-controls/terraform-provider-controls/internal/lazyregexp"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// fallbackTag is how tags begin that tools give to what is attached to a manifest: they name
// no workload.
var fallbackTag = lazyregexp.Regexp{Expression: `^sha256-[0-9a-f]{64}(\.|$)`}

// Tags lists the tags of a repository, each once, in the order of the registry, without those that tools
// attach things by.
func (c *Client) Tags(ctx context.Context, repository Reference) ([]string, error) {
	ctx, cancel := c.timeout(ctx)
	defer cancel()
	var out []string
	seen := map[string]bool{}
	var malformed error
	err := c.repository(repository).Tags(withLimit(ctx, maxList), "", func(page []string) error {
		for _, tag := range page {
			switch {
			case !tagForm.MatchString(tag):
				malformed = words.Errorf("the list of tags has %q, which is no tag: the registry, or a proxy in between, is "+
					"damaged or not to be trusted; nothing of it is used", words.Clip(tag, 200))
				return malformed
			case !seen[tag] && !fallbackTag.MatchString(tag):
				seen[tag] = true // pages overlap where tags are pushed meanwhile
				out = append(out, tag)
			}
		}
		return nil
	})
	if malformed != nil {
		return nil, malformed
	}
	if err != nil {
		return nil, c.explainList(ctx, repository, "the list of tags", err)
	}
	return out, nil
}

// Bundle reads the Sigstore bundle that a tag of a repository leads to now. Nothing of it is
// verified but its digest: whoever may write to the repository chooses it.
func (c *Client) Bundle(ctx context.Context, repository Reference, tag string) (string, error) {
	ctx, cancel := c.timeout(ctx)
	defer cancel()
	r := repository
	r.Tag, r.Digest = tag, ""
	if !tagForm.MatchString(tag) {
		return "", errors.New("the tag is malformed")
	}
	data, err := c.bundle(ctx, r, content{size: -1, limit: maxManifest, what: "the manifest"})
	return string(data), err
}

// EachBundle reads the bundles that the tags of a repository lead to, several at a time, and
// hands on each with its tag, or why what is there is no bundle. begin is told how many there are.
// Where the registry cannot be asked any more, that is the error: what was handed on until then is
// not all that there is.
func (c *Client) EachBundle(
	ctx context.Context, repository Reference, begin func(tags int), hand func(tag, bundle string, err error),
) error {
	tags, err := c.Tags(ctx, repository)
	if err != nil {
		return err
	}
	begin(len(tags))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan string)
	errs := make([]error, bundlesAtOnce)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for tag := range queue {
				bundle, err := c.Bundle(ctx, repository, tag)
				if err != nil && IsUnavailable(err) {
					if errs[i] == nil {
						errs[i] = words.Errorf("%q: %w", tag, err)
					}
					cancel() // the others would be asked for in vain
					continue
				}
				hand(tag, bundle, err)
			}
		})
	}
	for _, tag := range tags {
		if ctx.Err() != nil {
			break
		}
		queue <- tag
	}
	close(queue)
	wg.Wait()
	return firstCause(errs)
}

// bundlesAtOnce is how many bundles are read side by side: most of the time is spent waiting.
const bundlesAtOnce = 16

// firstCause is the first error that is not the consequence of another one.
func firstCause(errs []error) error {
	var first error
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		if first == nil {
			first = err
		}
	}
	return first
}
