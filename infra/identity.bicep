// The one identity of the app: storage, scheduler, Key Vault, Azure Resource Manager are all reached with it.

@description('Name of the user-assigned identity.')
param name string

@description('Region of the identity.')
param location string

@description('Tags of the identity.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Object id that role assignments name.')
output principalId string = identity.properties.principalId

@description('Client id that the app names when it asks for a token.')
output clientId string = identity.properties.clientId
