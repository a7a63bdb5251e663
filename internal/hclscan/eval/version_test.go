package eval

import "testing"

// TestProviderWithin: a default counts only where the files ensure a version of the provider.
func TestProviderWithin(t *testing.T) {
	t.Parallel()
	requires := func(name, arguments string) string {
		return "terraform {\n  required_providers {\n    " + name + " = {\n" + arguments + "\n    }\n  }\n}\n"
	}
	const source = "source = \"hashicorp/azurerm\"\n"
	lock := func(address, version string) string {
		return "provider \"" + address + "\" {\n  version = \"" + version + "\"\n}\n"
	}
	const tofu, terraform = "registry.opentofu.org/hashicorp/azurerm", "registry.terraform.io/hashicorp/azurerm"
	const (
		resource = "resource \"azurerm_x\" \"x\" {}\n"
		child    = "module \"c\" {\n  source = \"./c\"\n}\n"
	)
	fourth := requires("azurerm", source+`version = "~> 4.20"`)
	for name, tt := range map[string]struct {
		files tree
		want  bool
	}{
		"nothing":          {tree{"m.tf": resource}, false},
		"pessimistic":      {tree{"m.tf": resource + fourth}, true},
		"of the major":     {tree{"m.tf": resource + requires("azurerm", source+`version = "~> 4.0"`)}, true},
		"of one number":    {tree{"m.tf": resource + requires("azurerm", source+`version = "~> 4"`)}, false}, // 5 as well
		"exact":            {tree{"m.tf": resource + requires("azurerm", source+`version = "4.1.0"`)}, true},
		"two bounds":       {tree{"m.tf": resource + requires("azurerm", source+`version = ">= 4.1, < 5.0.0"`)}, true},
		"without an end":   {tree{"m.tf": resource + requires("azurerm", source+`version = ">= 4.1"`)}, false},
		"a version above":  {tree{"m.tf": resource + requires("azurerm", source+`version = ">= 4.1, <= 5.0.0"`)}, false},
		"an earlier major": {tree{"m.tf": resource + requires("azurerm", source+`version = "~> 3.100"`)}, false},
		"all but one":      {tree{"m.tf": resource + requires("azurerm", source+`version = "!= 4.2.0"`)}, false},
		"a prerelease":     {tree{"m.tf": resource + requires("azurerm", source+`version = "4.0.0-beta1"`)}, false},
		"no version":       {tree{"m.tf": resource + requires("azurerm", source)}, false},
		"no source":        {tree{"m.tf": resource + requires("azurerm", `version = "~> 4.20"`)}, true},
		"in the old way": {
			tree{"m.tf": resource + "terraform {\n  required_providers {\n    azurerm = \"~> 4.20\"\n  }\n}\n"}, true,
		},
		"of a fork": {tree{"m.tf": resource + requires("azurerm", `source = "acme/azurerm"`+"\n"+`version = "~> 4.20"`)}, false},
		"under another name": {
			tree{
				"m.tf": "resource \"azurerm_x\" \"x\" {\n  provider = other\n}\n" +
					requires("other", source+`version = "~> 4.20"`),
			}, true,
		},
		"of another provider of that name": {
			tree{"m.tf": "resource \"azurerm_x\" \"x\" {\n  provider = other.west\n}\n" +
				requires("other", `source = "acme/other"`+"\n"+`version = "~> 4.20"`)}, false,
		},
		"replaced by an override file": {
			tree{
				"m.tf":          resource + fourth,
				"x_override.tf": requires("azurerm", source+`version = "~> 4.10"`),
			}, false,
		},
		"of a child module": {
			tree{
				"m.tf": resource + child, "c/m.tf": fourth,
			}, true,
		},
		"of two modules that do not agree": {
			tree{
				"m.tf":   resource + fourth + child,
				"c/m.tf": requires("azurerm", source+`version = "~> 3.0"`),
			}, false,
		},
		"locked":             {tree{"m.tf": resource, ".terraform.lock.hcl": lock(terraform, "4.30.0")}, true},
		"locked by OpenTofu": {tree{"m.tf": resource, ".terraform.lock.hcl": lock(tofu, "4.30.0")}, true},
		"locked to another":  {tree{"m.tf": resource, ".terraform.lock.hcl": lock(terraform, "3.117.0")}, false},
		"locked to the next": {tree{"m.tf": resource, ".terraform.lock.hcl": lock(terraform, "5.0.0")}, false},
		"locked, and required": {
			tree{
				"m.tf": resource + fourth, ".terraform.lock.hcl": lock(terraform, "3.117.0"),
			}, false,
		},
		"locked twice": {
			tree{"m.tf": resource, ".terraform.lock.hcl": lock(terraform, "4.30.0") + lock(tofu, "3.117.0")}, false,
		},
		"locked twice alike": {
			tree{"m.tf": resource, ".terraform.lock.hcl": lock(terraform, "4.30.0") + lock(tofu, "4.30.0")}, true,
		},
		"a lock that does not parse": {tree{"m.tf": resource, ".terraform.lock.hcl": "provider {"}, false},
		"a lock of another provider": {
			tree{"m.tf": resource, ".terraform.lock.hcl": lock("registry.terraform.io/acme/azurerm", "4.30.0")}, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := tt.files.evaluate(t, nil)
			if got := e.Instance("azurerm_x.x").ProviderWithin("hashicorp/azurerm", ">= 4.0, < 5.0"); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}
