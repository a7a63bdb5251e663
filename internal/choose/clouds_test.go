package choose_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/security-controls/terraform-provider-controls/internal/catalog/sample"
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

// What runs a program, sends any request, applies any manifest or runs another
// configuration can deploy anything, of whatever provider; what only describes to whom it
// does so cannot.
func TestWhatCanDeployAnything(t *testing.T) {
	t.Parallel()
	c := sample.Embedded(t)
	types := func(list string) (config string, sorted []string) {
		for typeName := range strings.FieldsSeq(list) {
			config += res(typeName, "")
			sorted = append(sorted, typeName)
		}
		slices.Sort(sorted)
		return config, sorted
	}
	config, want := types(`
		ansible_playbook linux_script shell_script shell_sensitive_script
		ssh_resource ssh_sensitive_resource sshcommand_command
		aap_job aap_workflow_job awx_job_template_launch
		graphql_mutation restapi_object restful_operation restful_resource terracurl_request
		argocd_application argocd_application_set carvel_kapp flux_bootstrap_git helm_release helmfile_release
		helmfile_release_set k8s_manifest kubectl_manifest kubernetes_manifest kustomization_resource
		env0_environment multispace_run spacelift_run tfe_workspace_run
		aws_cloudcontrolapi_resource aws_cloudformation_stack azurerm_resource_group_template_deployment`)
	if diff := cmp.Diff(want, choose.Services(c, scan(t, c, config), nil).Opaque.Types()); diff != "" {
		t.Errorf("opaque: %s", diff)
	}
	config, want = types(
		"aap_inventory ansible_host ansible_group argocd_project kubernetes_namespace linux_file spacelift_stack tfe_workspace")
	if diff := cmp.Diff(want, choose.Services(c, scan(t, c, config), nil).Other.Types()); diff != "" {
		t.Errorf("other: %s", diff)
	}
	programs := choose.Services(c, scan(t, c, "data \"external\" \"a\" {}\ndata \"shell_script\" \"b\" {}\n"+
		"data \"http\" \"c\" {\n url = \"https://example.com\"\n}\n"), nil)
	if diff := cmp.Diff([]string{"data.external", "data.shell_script"}, programs.Opaque.Types()); diff != "" {
		t.Errorf("programs: %s", diff)
	}
}
