package inforce

import (
	"maps"
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// judged are the results of the resources at one place, for each subject in turn.
type judged struct {
	place   configuration.Place
	results [][]Result
}

// speaks tells whether any setting of a subject applies to the resources.
func (j judged) speaks(of int) bool {
	return slices.ContainsFunc(j.results[of], func(r Result) bool { return r.State != None })
}

// untied says of which resources of a service nothing is shown although a setting applies to
// others. A cache does not become encrypted by the one of another kind beside it. What is
// shown counts for a resource without settings only where one refers to the other, such as a
// database to its server, or a third resource of the service to both, and where it is of a
// kind that holds nothing.
func untied(of int, all []judged, between func() *ties) []Result {
	var alone []judged
	for _, j := range all {
		if len(j.results[of]) > 0 && !j.speaks(of) && !holdsNothing(j.place.Type) {
			alone = append(alone, j)
		}
	}
	if len(alone) == 0 {
		return nil
	}
	speaking := map[string]bool{}
	for _, j := range all {
		if j.speaks(of) {
			speaking[j.place.Address] = true
		}
	}
	var results []Result
	for _, j := range alone {
		if between().tied(j.place.Address, speaking) {
			continue
		}
		results = append(results, decide(Unknown, Decider{
			Address: j.place.Address, File: j.place.File, Line: j.place.Line,
			Why: "the catalogue has no setting of its type for this control, and no reference ties it to a resource that has one",
		}))
	}
	return results
}

// holdsNothing tells whether resources of a type neither keep data of a service nor answer for
// it: what they join, permit, name or pay for is a resource of another type.
func holdsNothing(typ string) bool {
	return slices.Contains(holdNothing, typ) ||
		slices.ContainsFunc(joining, func(end string) bool { return strings.HasSuffix(typ, end) })
}

// joining are the ends of the names of types that join or permit what others declare.
var joining = []string{
	"_association", "_attachment", "_iam_binding", "_iam_member", "_option_group", "_parameter_group", "_subnet_group",
}

// holdNothing are types that hold nothing, beside those whose names tell.
var holdNothing = []string{
	"aws_cloudwatch_log_resource_policy", "aws_ecs_capacity_provider", "aws_ecs_cluster_capacity_providers", "aws_eip",
	"aws_eks_access_entry", "aws_key_pair", "aws_placement_group", "aws_s3_account_public_access_block",
	"azurerm_cdn_frontdoor_firewall_policy", "azurerm_cdn_frontdoor_security_policy", "azurerm_databricks_access_connector",
	"azurerm_ip_group", "azurerm_netapp_account", "azurerm_netapp_pool", "azurerm_service_plan",
}

// ties are the references between the resources of a service. To follow one costs: only what
// is asked for is followed.
type ties struct {
	c        *Configuration
	of       map[string]bool     // the addresses of the service's resources
	to, from map[string][]string // by address; from is nil until somebody asks who refers to one
}

func (c *Configuration) tiesOf(all []judged) *ties {
	t := &ties{c: c, of: map[string]bool{}, to: map[string][]string{}}
	for _, j := range all {
		t.of[j.place.Address] = true
	}
	return t
}

// referred are what a resource of the service refers to.
func (t *ties) referred(address string) []string {
	known, ok := t.to[address]
	if instances := t.c.byConfig[address]; !ok && t.of[address] && len(instances) > 0 {
		known = instances[0].Mentions() // the same for all instances
		t.to[address] = known
	}
	return known
}

// referring are the resources of the service that refer to one.
func (t *ties) referring(address string) []string {
	if t.from == nil {
		t.from = map[string][]string{}
		for _, a := range slices.Sorted(maps.Keys(t.of)) {
			for _, b := range t.referred(a) {
				t.from[b] = append(t.from[b], a)
			}
		}
	}
	return t.from[address]
}

// tied tells whether a resource, or one of the service that refers to it, refers to one of
// some others, directly or not.
func (t *ties) tied(address string, others map[string]bool) bool {
	seen, listed := map[string]bool{}, map[string]bool{address: true}
	above := []string{address}
	for n := 0; n < len(above); n++ {
		if t.reaches(above[n], others, seen) {
			return true
		}
		for _, a := range t.referring(above[n]) {
			if !listed[a] {
				listed[a] = true
				above = append(above, a)
			}
		}
	}
	return false
}

// reaches tells whether references lead from a resource to one of some others. It leaves out
// what was seen.
func (t *ties) reaches(from string, others, seen map[string]bool) bool {
	open := []string{from}
	for len(open) > 0 {
		a := open[len(open)-1]
		open = open[:len(open)-1]
		if seen[a] {
			continue
		}
		seen[a] = true
		if others[a] {
			return true
		}
		open = append(open, t.referred(a)...)
	}
	return false
}
