package eval

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/security-controls/terraform-provider-controls/internal/hclscan"
)

// Mentions are the addresses, without instance keys and sorted, of the declared resources
// that the arguments and blocks of a resource refer to, directly or not, whatever their
// values. What it only waits for, by depends_on, is none of them.
func (i *Instance) Mentions() []string {
	c := &closure{resources: map[string]bool{}, seen: map[visit]bool{}, went: map[source]bool{}}
	for _, b := range i.bodies {
		for _, p := range b.parts {
			c.body(b.env, p)
		}
	}
	delete(c.resources, i.Config)
	return slices.Clip(sortedKeys(c.resources))
}

// body adds what the expressions of a block refer to.
func (c *closure) body(n *env, p hclscan.Part) {
	native, ok := p.Body.(*hclsyntax.Body)
	if !ok {
		c.attributes(n, p.Body)
		return
	}
	for _, name := range sortedKeys(native.Attributes) {
		if name != "depends_on" {
			c.add(n, native.Attributes[name].Expr, nil)
		}
	}
	for _, block := range native.Blocks {
		if block.Type != "lifecycle" {
			c.body(n, hclscan.Part{Body: block.Body})
		}
	}
}

// attributes adds what a body in JSON refers to, whose blocks look like arguments.
func (c *closure) attributes(n *env, body hcl.Body) {
	attributes, _ := body.JustAttributes()
	for _, name := range sortedKeys(attributes) {
		if name != "depends_on" && name != "lifecycle" {
			c.add(n, native(attributes[name].Expr), nil)
		}
	}
}
