package main

import (
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// privileges is the AuthorizationManager, with privileges that an account does not have: the simulator grants all.
type privileges struct {
	simulator.AuthorizationManager
	lock   sync.Mutex
	denied map[string]bool
}

func newPrivileges(content types.ServiceContent) *privileges {
	original := simulator.Map.Get(*content.AuthorizationManager).(*simulator.AuthorizationManager)
	made := &privileges{AuthorizationManager: *original}
	simulator.Map.Put(made)
	return made
}

func (p *privileges) deny(names []string) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.denied = map[string]bool{}
	for _, name := range names {
		p.denied[name] = true
	}
}

// HasPrivilegeOnEntities says of each privilege whether the session has it.
func (p *privileges) HasPrivilegeOnEntities(req *types.HasPrivilegeOnEntities) soap.HasFault {
	p.lock.Lock()
	defer p.lock.Unlock()
	var found []types.EntityPrivilege
	for _, entity := range req.Entity {
		one := types.EntityPrivilege{Entity: entity}
		for _, id := range req.PrivId {
			one.PrivAvailability = append(one.PrivAvailability, types.PrivilegeAvailability{PrivId: id, IsGranted: !p.denied[id]})
		}
		found = append(found, one)
	}
	return &methods.HasPrivilegeOnEntitiesBody{Res: &types.HasPrivilegeOnEntitiesResponse{Returnval: found}}
}
