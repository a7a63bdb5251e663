package provider_test

import (
	"os"
	"testing"

	"terraform-provider-controls/internal/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }
