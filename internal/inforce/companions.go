package inforce

import (
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/hclscan/eval"
)

// links are who the companions of a setting refer to.
type links struct {
	certain map[string][]*eval.Instance // by the address of what they protect
	open    []openLink                  // those that may refer to anything
}

type openLink struct {
	companion *eval.Instance
	why       Decider
}

// maxOpen is how many companions are named of those that may refer to anything: one is enough
// to make a resource uncertain.
const maxOpen = 10

// linksOf looks once at all companions that a setting speaks of.
func (c *Configuration) linksOf(s *catalog.Setting) *links {
	if known, ok := c.links[s]; ok {
		return known
	}
	l := &links{certain: map[string][]*eval.Instance{}}
	for _, k := range c.companions(s.Type) {
		var maybe *Decider
		for _, r := range c.refer(k, s.Companion.RefersBy) {
			if r.Certain && eval.Identity(r.Attribute) && !partOfProtected(r.Config, s.Companion) {
				if !slices.Contains(l.certain[r.Instance], k) {
					l.certain[r.Instance] = append(l.certain[r.Instance], k)
				}
				continue
			}
			// Another attribute may hold the id of anything.
			d := Decider{Address: k.Address, Argument: s.Companion.RefersBy, File: r.File, Line: r.Line}
			c.because(&d, "it is not certain to which resource it refers", r.Reasons)
			maybe = &d
		}
		if maybe != nil {
			l.open = append(l.open, openLink{k, *maybe})
		}
	}
	if strings.Contains(s.Type, "/") {
		for _, k := range c.byType[untyped] {
			l.open = append(l.open, openLink{k, Decider{
				Address: k.Address, Argument: "type", File: k.File, Line: k.Line, Why: "its type is not certain",
			}})
		}
	}
	c.links[s] = l
	return l
}

// companions are the resources of a type, which may be an ARM type.
func (c *Configuration) companions(typ string) []*eval.Instance {
	if strings.Contains(typ, "/") {
		typ = strings.ToLower(typ)
	}
	return c.byType[typ]
}

// partOfProtected tells whether a resource is of a type that sets up one that is protected,
// such as aws_s3_bucket_ownership_controls: its id is often that of the whole.
func partOfProtected(config string, companion *catalog.Companion) bool {
	names := strings.Split(config, ".")
	typ := names[max(0, len(names)-2)]
	return slices.ContainsFunc(companion.Protects, func(whole string) bool { return strings.HasPrefix(typ, whole+"_") })
}

func (c *Configuration) refer(i *eval.Instance, argument string) []eval.Reference {
	key := reference{i, argument}
	known, ok := c.references[key]
	if !ok {
		known = i.References(argument)
		c.references[key] = known
	}
	return known
}
