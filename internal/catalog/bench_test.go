package catalog

import (
	"fmt"
	"sync"
	"testing"
)

// BenchmarkTypeClaims looks 5,000 types up, the index included, among 600 services with
// ten types each, as reading a large configuration does.
func BenchmarkTypeClaims(b *testing.B) {
	entries := map[string]*entry{}
	for s := range 600 {
		e := &entry{summary: &Summary{ID: fmt.Sprintf("service-%d", s)}}
		for i := range 5 {
			e.summary.ResourceTypes = append(e.summary.ResourceTypes,
				ResourceType{Type: fmt.Sprintf("azurerm_service_%d_part_%d", s, i)},
				ResourceType{Type: fmt.Sprintf("Microsoft.Service%d/parts%d", s, i)})
		}
		entries[e.summary.ID] = e
	}
	wanted := make([]string, 5000)
	for i := range wanted {
		wanted[i] = []string{
			fmt.Sprintf("azurerm_service_%d_part_%d", i%600, i%5),
			fmt.Sprintf("Microsoft.Service%d/Parts%d/children/grandchildren@2024-01-01", i%600, i%5),
			fmt.Sprintf("azurerm_unknown_type_of_some_length_%d", i),
		}[i%3]
	}
	b.ReportAllocs()
	for b.Loop() {
		c := &Catalog{services: entries, types: sync.OnceValue(func() map[string][]TypeClaim { return typeIndex(entries) })}
		for _, typeName := range wanted {
			c.TypeClaims(typeName)
		}
	}
}
