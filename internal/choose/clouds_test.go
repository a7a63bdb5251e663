package choose_test

import (
	"strings"
	"testing"

	"github.com/security-controls/terraform-provider-controls/internal/choose"
)

// Types of the clouds that people know are undocumented as long as nothing covers them;
// what only serves other resources is other.
func TestKnownClouds(t *testing.T) {
	t.Parallel()
	c := load(t)
	list := func(prefixes string) (config, want string) {
		var types []string
		for prefix := range strings.FieldsSeq(prefixes) {
			config += res(prefix+"thing", "")
			types = append(types, prefix+"thing")
		}
		return config, strings.Join(types, ",")
	}
	config, want := list(
		"akamai_ alicloud_ aws_ awscc_ azapi_ azuread_ azurerm_ cloudflare_ digitalocean_ exoscale_ google_ hcloud_ " +
			"huaweicloud_ " +
			"ibm_ linode_ oci_ openstack_ opentelekomcloud_ ovh_ scaleway_ tencentcloud_ vcd_ vultr_ yandex_",
	)
	if got := summary(choose.Services(c, scan(t, c, config), nil)); got != "undocumented="+want {
		t.Errorf("got %s", got)
	}
	config, want = list(
		"archive_ azurecaf_ databricks_ external_ helm_ http_ kubernetes_ local_ null_ random_ template_ time_ tls_ vsphere_",
	)
	if got := summary(choose.Services(c, scan(t, c, config), nil)); got != "other="+want {
		t.Errorf("got %s", got)
	}
}
