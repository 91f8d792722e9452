// Asks URLs as the kubelet does, with the kubelet's own prober.
package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"k8s.io/kubernetes/pkg/probe"
	httpprobe "k8s.io/kubernetes/pkg/probe/http"
)

func main() {
	failed := false
	for _, address := range os.Args[1:] {
		target, err := url.Parse(address)
		if err != nil {
			panic(err)
		}
		request, err := httpprobe.NewProbeRequest(target, http.Header{})
		if err != nil {
			panic(err)
		}
		result, output, err := httpprobe.New(false).Probe(request, time.Second)
		fmt.Printf("%s %s %q\n", result, address, output)
		failed = failed || err != nil || result != probe.Success
	}
	if failed {
		os.Exit(1)
	}
}
