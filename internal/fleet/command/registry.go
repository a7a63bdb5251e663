package command

import (
	"context"

	"github.com/security-controls/terraform-provider-controls/internal/fleet"
	"github.com/security-controls/terraform-provider-controls/internal/oci"
	"github.com/security-controls/terraform-provider-controls/internal/words"
)

// readRepository hands on the bundle of every tag of a repository. What a tag leads to that is
// no bundle is rejected, like one that cannot be verified; where the registry cannot be asked, there
// is no roll-up: a workload would be left out that may be the one that fails.
func (c *Command) readRepository(name string, collector *fleet.Collector) error {
	repository, err := oci.ParseRepository(name)
	if err != nil {
		return err
	}
	client := oci.New(oci.Options{Version: c.Version}) // without cache: a tag is of value only where it is looked up
	p := c.newProgress(0)
	tags := 0
	err = client.EachBundle(context.Background(), repository,
		func(n int) {
			tags = n
			p = c.newProgress(n)
		},
		func(tag, bundle string, err error) {
			if err != nil {
				collector.Reject(tag, err.Error())
			} else {
				collector.Add(tag, bundle)
			}
			p.step()
		})
	p.end()
	switch {
	case err != nil:
		return words.Errorf("%s: %w", repository, err)
	case tags == 0:
		return words.Errorf("%s has no tags, so there is nothing to roll up: push a summary under a tag for each "+
			"workload", repository)
	}
	return nil
}
