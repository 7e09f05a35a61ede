// Every role assignment of the deployment and the one role of our own, and no other resource: what the app may do is on
// this one page.
// A test compares the ids with a table of known built-in roles, since no other tool notices a mistyped one.

@description('Object id of the app\'s identity.')
param principalId string

@description('Name of the storage account that the app uses.')
param storageAccountName string

@description('Name of the Durable Task Scheduler, whether or not it is there.')
param schedulerName string

@description('Whether the Durable Task Scheduler is there.')
param withScheduler bool

@description('Whether the role for run commands is made.')
param withRunCommands bool

@description('Resource ids that the role for run commands can be given on, beside this resource group.')
param runCommandScopes array

var storageBlobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var storageQueueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var storageTableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var durableTaskDataContributor = '0ad04412-c4d5-4796-b79c-f76d14c8d402'

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageAccountName
}

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' existing = {
  name: schedulerName
}

// Owner, not Contributor: it is what the Functions host asks for on AzureWebJobsStorage.
resource blobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, storageBlobDataOwner)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataOwner)
  }
}

resource queues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, storageQueueDataContributor)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageQueueDataContributor)
  }
}

resource tables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, storageTableDataContributor)
  scope: account
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageTableDataContributor)
  }
}

resource orchestrations 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (withScheduler) {
  name: guid(scheduler.id, principalId, durableTaskDataContributor)
  scope: scheduler
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', durableTaskDataContributor)
  }
}

// Azure has one permission for every run command of a private cloud, the restart of a manager among them. So the role is
// for an identity of its own, which can do nothing else, and it can take nothing back: it has no delete. It is given
// outside this resource group, on the private clouds that it is for.
resource runCommands 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (withRunCommands) {
  name: guid(resourceGroup().id, 'run commands')
  properties: {
    roleName: 'hcx-fleet run commands ${uniqueString(resourceGroup().id)}'
    description: 'Starts run commands on private clouds and reads what came of them.'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
          'Microsoft.AVS/privateClouds/scriptPackages/read'
          'Microsoft.AVS/privateClouds/scriptPackages/scriptCmdlets/read'
          'Microsoft.AVS/privateClouds/scriptExecutions/read'
          'Microsoft.AVS/privateClouds/scriptExecutions/write'
          'Microsoft.AVS/privateClouds/scriptExecutions/getExecutionLogs/action'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: union([
      resourceGroup().id
    ], runCommandScopes)
  }
}

@description('Resource id of the role for run commands, empty where there is none.')
output runCommandRoleId string = withRunCommands ? runCommands.id : ''
