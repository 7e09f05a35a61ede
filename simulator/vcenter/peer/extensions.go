package main

import (
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// Plugin is an extension that is registered from the beginning.
type Plugin struct {
	Key, Version, Label string
	Heartbeat           time.Time
}

// extensions is the ExtensionManager: this release of the simulator has only its empty list.
type extensions struct {
	mo.ExtensionManager
	lock sync.Mutex
}

func newExtensions(content types.ServiceContent, plugins []Plugin) *extensions {
	made := &extensions{}
	made.Self = *content.ExtensionManager
	for _, one := range plugins {
		made.ExtensionList = append(made.ExtensionList, types.Extension{
			Key:               one.Key,
			Version:           one.Version,
			Description:       &types.Description{Label: one.Label, Summary: one.Label},
			LastHeartbeatTime: one.Heartbeat,
		})
	}
	simulator.Map.Put(made)
	return made
}

// move gives extensions a new version, as whoever registers them again does.
func (e *extensions) move(versions map[string]string, at time.Time) {
	e.lock.Lock()
	defer e.lock.Unlock()
	for key, version := range versions {
		if one := e.find(key); one != nil {
			one.Version, one.LastHeartbeatTime = version, at
		} else {
			e.ExtensionList = append(e.ExtensionList, types.Extension{
				Key: key, Version: version, Description: &types.Description{Label: key, Summary: key}, LastHeartbeatTime: at,
			})
		}
	}
}

func (e *extensions) find(key string) *types.Extension {
	for i := range e.ExtensionList {
		if e.ExtensionList[i].Key == key {
			return &e.ExtensionList[i]
		}
	}
	return nil
}

// FindExtension answers with the extension of that key, or with none.
func (e *extensions) FindExtension(req *types.FindExtension) soap.HasFault {
	e.lock.Lock()
	defer e.lock.Unlock()
	return &methods.FindExtensionBody{Res: &types.FindExtensionResponse{Returnval: e.find(req.ExtensionKey)}}
}

// RegisterExtension adds one; its key must be new.
func (e *extensions) RegisterExtension(req *types.RegisterExtension) soap.HasFault {
	e.lock.Lock()
	defer e.lock.Unlock()
	if e.find(req.Extension.Key) != nil {
		return &methods.RegisterExtensionBody{Fault_: simulator.Fault("", &types.InvalidArgument{InvalidProperty: "extension.key"})}
	}
	e.ExtensionList = append(e.ExtensionList, req.Extension)
	return &methods.RegisterExtensionBody{Res: &types.RegisterExtensionResponse{}}
}

// UpdateExtension replaces one.
func (e *extensions) UpdateExtension(req *types.UpdateExtension) soap.HasFault {
	e.lock.Lock()
	defer e.lock.Unlock()
	one := e.find(req.Extension.Key)
	if one == nil {
		return &methods.UpdateExtensionBody{Fault_: simulator.Fault("", &types.NotFound{})}
	}
	*one = req.Extension
	return &methods.UpdateExtensionBody{Res: &types.UpdateExtensionResponse{}}
}

// UnregisterExtension takes one away.
func (e *extensions) UnregisterExtension(req *types.UnregisterExtension) soap.HasFault {
	e.lock.Lock()
	defer e.lock.Unlock()
	for i := range e.ExtensionList {
		if e.ExtensionList[i].Key == req.ExtensionKey {
			e.ExtensionList = append(e.ExtensionList[:i], e.ExtensionList[i+1:]...)
			return &methods.UnregisterExtensionBody{Res: &types.UnregisterExtensionResponse{}}
		}
	}
	return &methods.UnregisterExtensionBody{Fault_: simulator.Fault("", &types.NotFound{})}
}
