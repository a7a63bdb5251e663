package catalog

import (
	"slices"
	"strings"
)

// Cloud is a vendor's cloud: a type that is one of its, and that no service claims, is a
// service of which nothing is documented.
type Cloud struct {
	ID   string
	Name string
	// TypePrefixes are those of its Terraform resource types; each ends in an underscore.
	TypePrefixes []string
	// ARMTypes says that types such as "Microsoft.KeyVault/vaults" are its as well.
	ARMTypes bool
}

// clouds are those of all layers.
type clouds struct {
	byID map[string]Cloud
	own  []string          // ids of those that a source defines, in order
	of   map[string]string // prefix -> the cloud that claimed it first
	arm  string            // the cloud that claimed ARM types first
}

// add takes a cloud of a layer: a later one adds to an earlier one of the same id, so that
// nothing that was known of it becomes unknown, and may name it better.
func (known *clouds) add(cloud Cloud, own bool) {
	if own && !slices.Contains(known.own, cloud.ID) {
		known.own = append(known.own, cloud.ID)
	}
	for _, prefix := range cloud.TypePrefixes {
		if _, taken := known.of[prefix]; !taken {
			known.of[prefix] = cloud.ID
		}
	}
	if cloud.ARMTypes && known.arm == "" {
		known.arm = cloud.ID
	}
	if earlier, ok := known.byID[cloud.ID]; ok {
		cloud.TypePrefixes = union(earlier.TypePrefixes, cloud.TypePrefixes)
		cloud.ARMTypes = cloud.ARMTypes || earlier.ARMTypes
	}
	known.byID[cloud.ID] = cloud
}

// Cloud returns the cloud of an id. A service may be of one that no source defines.
func (c *Catalog) Cloud(id string) (Cloud, bool) {
	cloud, ok := c.clouds.byID[id]
	return cloud, ok
}

// OwnClouds lists the clouds that the sources define, or add to, in their order: those
// that are not known to every catalogue anyway.
func (c *Catalog) OwnClouds() []Cloud {
	own := make([]Cloud, len(c.clouds.own))
	for i, id := range c.clouds.own {
		own[i] = c.clouds.byID[id]
	}
	return own
}

// CloudOfType returns the id of the cloud that a Terraform or ARM type belongs to, by the
// longest prefix; "" where it belongs to none.
func (c *Catalog) CloudOfType(typeName string) string {
	if strings.Contains(typeName, "/") {
		return c.clouds.arm
	}
	for end := strings.LastIndex(typeName, "_"); end > 0; end = strings.LastIndex(typeName[:end], "_") {
		if id, ok := c.clouds.of[typeName[:end+1]]; ok {
			return id
		}
	}
	return ""
}

// CloudOfPrefix returns the id of the cloud that has claimed a prefix of types first; ""
// for none.
func (c *Catalog) CloudOfPrefix(prefix string) string { return c.clouds.of[prefix] }

// CloudOfARMTypes returns the id of the cloud that has claimed ARM types first; "" for none.
func (c *Catalog) CloudOfARMTypes() string { return c.clouds.arm }
