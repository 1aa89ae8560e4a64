// A conformant scheduler persistence backend, and the adapter that shows it to the kit.
//
// Replace the package backend; keep the packages adapter, jsonvalue and scheduler.
package main

import (
	"adapter/adapter"
	"adapter/backend"
	"adapter/scheduler"
)

func main() {
	about := adapter.About{Name: "sidecar-go", Version: "0.1.0"}
	adapter.Serve(about, func(dataPath string, clock *scheduler.Clock) (scheduler.Persistence, error) {
		return backend.Open(dataPath, clock)
	})
}
