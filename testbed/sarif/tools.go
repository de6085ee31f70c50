// Package tools names the module that carries the published schema of SARIF 2.1.0; it is never built.
package tools

import _ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
