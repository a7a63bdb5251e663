package hclscan

import (
	"fmt"
	"strings"
	"testing"
)

// stack is a configuration of some number of files, ten to a module, each with two
// resources among what else a file of that kind has.
func stack(files int) tree {
	generated := tree{}
	var calls strings.Builder
	for i := range files - 1 {
		folder := fmt.Sprintf("modules/m%d", i/10)
		if i%10 == 0 {
			fmt.Fprintf(&calls, "module \"m%d\" {\n  source   = \"./%s\"\n  location = var.location\n}\n\n", i/10, folder)
		}
		generated[fmt.Sprintf("%s/f%d.tf", folder, i)] = fmt.Sprintf(`variable "location_%[1]d" {
  type        = string
  description = "Where the account and its container are: one of the regions of the landing zone."
  default     = "westeurope"
}

locals {
  tags_%[1]d = merge(var.tags, { owner = "platform", cost_centre = upper(var.cost_centre) })
}

resource "azurerm_cognitive_account" "a%[1]d" {
  name                = "cog-${var.environment}-%[1]d"
  resource_group_name = azurerm_resource_group.this.name
  location            = var.location_%[1]d
  kind                = "OpenAI"
  sku_name            = var.environment == "prod" ? "S0" : "F0"
  tags                = local.tags_%[1]d

  network_acls {
    default_action = "Deny"
    ip_rules       = [for r in var.ranges : r.cidr if r.enabled]
  }

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_storage_container" "c%[1]d" {
  count                 = 2
  name                  = format("container-%%02d", count.index)
  storage_account_id    = azurerm_storage_account.this[count.index].id
  container_access_type = "private"
}

output "endpoint_%[1]d" {
  description = "The endpoint of the account."
  value       = azurerm_cognitive_account.a%[1]d.endpoint
}
`, i)
	}
	generated["main.tf"] = calls.String()
	return generated
}

func BenchmarkScan(b *testing.B) {
	for _, files := range []int{20, 200, 2000} {
		b.Run(fmt.Sprint(files), func(b *testing.B) {
			generated := stack(files)
			root := generated.write(b)
			bytes := 0
			for _, content := range generated {
				bytes += len(content)
			}
			opts := Options{IncludeModules: true, Attributes: map[string][]string{"azurerm_cognitive_account": {"kind"}}}
			b.SetBytes(int64(bytes))
			b.ReportAllocs()
			for b.Loop() {
				c, err := Scan(root, opts)
				if err != nil {
					b.Fatal(err)
				}
				if len(c.Resources) != 2*(files-1) {
					b.Fatal(len(c.Resources))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(files), "us/file")
		})
	}
}
