// A vCenter for tests and demos: govmomi's simulator, with what this project's tests need and it leaves out.
//
//	peer CONTENT.json
//
// serves the vCenter of CONTENT.json and a control endpoint, prints one line `ready {"port":…,"control":…}`, and ends
// with its standard input or on SIGTERM.
package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"io/ioutil"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// About is what the vCenter calls itself.
type About struct {
	Version, Build, APIVersion, InstanceUUID string
}

// Content is everything that a vCenter of ours is made from.
type Content struct {
	Address, Certificate, Key, Username, Password string
	Port                                          int
	About                                         About
	VMs                                           []Machine
	Extensions                                    []Plugin
	FreeGb                                        int64
	// Clock is a URL that answers with the time; empty for this machine's own.
	Clock string
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: peer CONTENT.json")
	}
	content := read(os.Args[1])
	peer := serve(content)
	control, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	go func() { check(http.Serve(control, peer.control())) }()
	port, own := peer.door.Addr().(*net.TCPAddr).Port, control.Addr().(*net.TCPAddr).Port
	fmt.Printf("ready {\"port\": %d, \"control\": %d}\n", port, own)
	wait()
	peer.model.Remove()
}

func read(path string) Content {
	text, err := ioutil.ReadFile(path)
	check(err)
	var content Content
	check(json.Unmarshal(text, &content))
	return content
}

// Peer is one running vCenter.
type Peer struct {
	model      *simulator.Model
	door       *door
	shown      *shown
	gate       *gate
	extensions *extensions
	tasks      *tasks
	privileges *privileges
	machines   *machines
	chain      chain
}

func serve(content Content) *Peer {
	model := simulator.VPX()
	model.Host, model.Cluster, model.ClusterHost = 0, 1, 2
	model.Machine = len(content.VMs) + spares
	about := &model.ServiceContent.About
	about.Version, about.Build, about.ApiVersion = content.About.Version, content.About.Build, content.About.APIVersion
	about.InstanceUuid = content.About.InstanceUUID
	check(model.Create())
	peer := &Peer{
		model:      model,
		extensions: newExtensions(model.ServiceContent, content.Extensions),
		tasks:      newTasks(model.ServiceContent),
		privileges: newPrivileges(model.ServiceContent),
		machines:   newMachines(content.VMs),
	}
	peer.machines.space(content.FreeGb)
	peer.open(content)
	return peer
}

// open serves behind a door of our own. The simulator's server is made for the handler and the endpoints that come with
// it, and closed at once: it can neither be shut for a while nor show another certificate.
func (p *Peer) open(content Content) {
	pair, err := tls.X509KeyPair([]byte(content.Certificate), []byte(content.Key))
	check(err)
	service := p.model.Service
	service.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(content.Username, content.Password)}
	service.RegisterEndpoints = true
	inner := service.NewServer()
	p.gate = newGate(inner.Config.Handler, content.Clock)
	inner.Close()
	p.shown = &shown{pair: &pair}
	p.door = newDoor(fmt.Sprintf("%s:%d", content.Address, content.Port))
	server := &http.Server{Handler: p.gate, ErrorLog: log.New(ioutil.Discard, "", 0)}
	secured := tls.NewListener(p.door, &tls.Config{GetCertificate: p.shown.get, NextProtos: []string{"http/1.1"}})
	go func() { check(server.Serve(secured)) }()
}

// wait returns when whoever started the peer is gone, or asks it to end.
func wait() {
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		_, _ = io.Copy(ioutil.Discard, os.Stdin)
		ends <- syscall.SIGTERM
	}()
	<-ends
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func reference(kind, value string) types.ManagedObjectReference {
	return types.ManagedObjectReference{Type: kind, Value: value}
}
