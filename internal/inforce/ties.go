package inforce

import (
	"slices"
	"strings"

	"github.com/security-controls/terraform-provider-controls/internal/catalog"
	"github.com/security-controls/terraform-provider-controls/internal/configuration"
)

// judged are the results of the resources at one place, by subject.
type judged struct {
	place   configuration.Place
	results map[subject][]Result
}

// speaks tells whether any setting applies to the resources.
func (j judged) speaks(of subject) bool {
	return slices.ContainsFunc(j.results[of], func(r Result) bool { return r.State != None })
}

// untied says of which resources of a service nothing is shown although a setting applies to
// others. A resource that the catalogue has settings of for other controls stands on its own:
// a cache of another kind does not become encrypted by the one beside it. It is only part of
// what is shown where one refers to the other, such as a database to its server, or a third
// resource of the service to both.
func untied(of subject, all []judged, whole map[string]bool, between func() *ties) []Result {
	speaking := map[string]bool{}
	for _, j := range all {
		if j.speaks(of) {
			speaking[j.place.Address] = true
		}
	}
	if len(speaking) == 0 {
		return nil
	}
	var results []Result
	for _, j := range all {
		alone := whole[j.place.Type] && len(j.results[of]) > 0 && !j.speaks(of)
		if !alone || between().tied(j.place.Address, speaking) {
			continue
		}
		results = append(results, decide(Unknown, Decider{
			Address: j.place.Address, File: j.place.File, Line: j.place.Line,
			Why: "the catalogue has no setting of its type for this control, and no reference ties it to a resource that has one",
		}))
	}
	return results
}

// wholes are the types of places that stand on their own: those that settings speak of, for
// whichever control, those of a provider of which no setting speaks, and those that are
// another way to make what settings speak of.
func wholes(settings []*catalog.Setting, places []configuration.Place) map[string]bool {
	providers := map[string]bool{}
	for _, s := range settings {
		providers[localProvider(s.Type)] = true
	}
	whole := map[string]bool{}
	for _, p := range places {
		if _, known := whole[p.Type]; !known {
			whole[p.Type] = otherWays[p.Type] || !strings.Contains(p.Type, "/") && !providers[localProvider(p.Type)] ||
				slices.ContainsFunc(settings, func(s *catalog.Setting) bool { return concerns(s, p.Type) })
		}
	}
	return whole
}

// localProvider is the name that a resource type has of its provider.
func localProvider(typ string) string {
	name, _, _ := strings.Cut(typ, "_")
	return name
}

// otherWays are types of which the catalogue has no settings, and that make, under an older or
// another name, what it has settings of by other types of the service.
var otherWays = map[string]bool{
	"aws_alb": true, "aws_ec2_fleet": true, "aws_s3_directory_bucket": true, "aws_spot_fleet_request": true,
	"aws_spot_instance_request": true,
	"azurerm_ai_services":       true, "azurerm_app_service": true, "azurerm_app_service_environment": true,
	"azurerm_app_service_slot": true, "azurerm_cdn_profile": true, "azurerm_frontdoor": true, "azurerm_function_app": true,
	"azurerm_function_app_slot": true, "azurerm_kubernetes_automatic_cluster": true, "azurerm_redis_enterprise_cluster": true,
	"azurerm_sql_managed_instance": true, "azurerm_sql_server": true, "azurerm_virtual_machine": true,
	"azurerm_virtual_machine_scale_set": true,
	"google_cloud_run_service":          true, "google_cloudfunctions_function": true,
	"google_compute_instance_from_machine_image": true,
	"google_compute_instance_from_template":      true, "google_compute_region_instance_template": true,
	"google_notebooks_instance": true,
}

// ties are the references between the resources of a service, by address.
type ties struct{ to, from map[string][]string }

func (c *Configuration) tiesOf(all []judged) *ties {
	t := &ties{map[string][]string{}, map[string][]string{}}
	for _, j := range all {
		a := j.place.Address
		if _, known := t.to[a]; known || len(c.byConfig[a]) == 0 {
			continue
		}
		t.to[a] = c.byConfig[a][0].Mentions() // the same for all instances
		for _, b := range t.to[a] {
			t.from[b] = append(t.from[b], a)
		}
	}
	return t
}

// tied tells whether a resource, or one of the service that refers to it, refers to one of
// some others, directly or not.
func (t *ties) tied(address string, others map[string]bool) bool {
	seen, listed := map[string]bool{}, map[string]bool{address: true}
	above := []string{address}
	for n := 0; n < len(above); n++ {
		if reaches(t.to, above[n], others, seen) {
			return true
		}
		for _, a := range t.from[above[n]] {
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
func reaches(to map[string][]string, from string, others, seen map[string]bool) bool {
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
		open = append(open, to[a]...)
	}
	return false
}
