# Installs a released modsmith: install.ps1 [-Version v1.2.3] [-To DIR]
# The archive's checksum is compared before anything is unpacked.
param(
    [string]$Version = 'latest',
    [string]$To = (Join-Path $env:LOCALAPPDATA 'Programs\modsmith'),
    [string]$Repository = $env:MODSMITH_REPOSITORY
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

if (-not $Repository) {
    throw 'set MODSMITH_REPOSITORY to the address of the repository, such as https://HOST/OWNER/modsmith'
}
if ($Version -eq 'latest') {
    # The address of the newest release redirects to its tag.
    $request = [System.Net.WebRequest]::Create("$Repository/releases/latest")
    $response = $request.GetResponse()
    $Version = $response.ResponseUri.Segments[-1].TrimEnd('/')
    $response.Close()
}

$name = "modsmith-$Version-x86_64-pc-windows-msvc"
$base = "$Repository/releases/download/$Version"
$work = Join-Path ([System.IO.Path]::GetTempPath()) ([System.IO.Path]::GetRandomFileName())
New-Item -ItemType Directory -Path $work | Out-Null
try {
    $archive = Join-Path $work "$name.zip"
    Invoke-WebRequest -UseBasicParsing -Uri "$base/$name.zip" -OutFile $archive
    Invoke-WebRequest -UseBasicParsing -Uri "$base/SHA256SUMS" -OutFile (Join-Path $work 'SHA256SUMS')
    $line = Get-Content (Join-Path $work 'SHA256SUMS') | Where-Object { $_.EndsWith(" $name.zip") }
    if (-not $line) { throw "$name.zip is not in SHA256SUMS" }
    $wanted = ($line -split '\s+')[0]
    $got = (Get-FileHash -Algorithm SHA256 $archive).Hash
    if ($got -ne $wanted) { throw "the checksum of $name.zip does not match" }
    Expand-Archive -Path $archive -DestinationPath $work
    New-Item -ItemType Directory -Force -Path $To | Out-Null
    Copy-Item -Force (Join-Path (Join-Path $work $name) 'modsmith.exe') $To
    Write-Output "installed $(& (Join-Path $To 'modsmith.exe') --version) in $To"
}
finally {
    Remove-Item -Recurse -Force $work
}
