module github.com/security-controls/terraform-provider-controls/tools/schemas

go 1.26.0

require (
	github.com/CycloneDX/cyclonedx-go v0.12.0
	github.com/defenseunicorns/go-oscal v0.7.1
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	github.com/securego/gosec/v2 v2.29.0
)

require (
	golang.org/x/text v0.41.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)
