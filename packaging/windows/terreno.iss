; The installer for Windows: for every user of the machine, quiet if asked, and never near anybody's data.
;
;   ISCC.exe /DVersion=1.2.0 /DFrozen=C:\...\dist\terreno /DOutput=C:\...\release terreno.iss
;
; Silent:    terreno-1.2.0-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART /LOG="C:\...\terreno.log"
; Removal:   "C:\Program Files\Terreno\unins000.exe" /VERYSILENT /SUPPRESSMSGBOXES /NORESTART
; Data of people is in %LOCALAPPDATA%\terreno of each of them. Nothing below names that folder, so nothing removes it.

#ifndef Version
  #error Version is missing: /DVersion=1.2.0
#endif
#ifndef Frozen
  #error Frozen is missing: the folder that PyInstaller made
#endif
#ifndef Output
  #define Output "."
#endif

[Setup]
; Never changes: by it Windows knows that a newer version replaces an older one.
AppId={{7C1B5A0E-6C0F-4E57-9B0D-3B6A7C2F51D4}
AppName=Terreno
AppVersion={#Version}
AppVerName=Terreno {#Version}
AppPublisher=Ministerio Secretaría General de Gobierno
VersionInfoVersion={#Version}
DefaultDirName={autopf}\Terreno
DisableDirPage=yes
DisableProgramGroupPage=yes
PrivilegesRequired=admin
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir={#Output}
OutputBaseFilename=terreno-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
; A program that runs keeps its files: it is asked to close, and nothing is replaced beneath an open window.
CloseApplications=yes
RestartApplications=no
SetupIconFile=..\..\out\package\windows\terreno.ico
UninstallDisplayIcon={app}\terreno.exe
UninstallDisplayName=Terreno
WizardStyle=modern

[Languages]
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"

[Files]
Source: "{#Frozen}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[InstallDelete]
; What an older version had and this one has not must not be loaded by chance. Only our own folder of the program.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\Terreno"; Filename: "{app}\terreno.exe"; Parameters: "app"; Comment: "Atención ciudadana en terreno"

[Registry]
; So that Win+R and `start terreno` find it, without lengthening the PATH; a terminal calls it by its whole path.
Root: HKLM; Subkey: "SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\terreno.exe"; ValueType: string; ValueName: ""; ValueData: "{app}\terreno.exe"; Flags: uninsdeletekey

[Run]
Filename: "{app}\terreno.exe"; Parameters: "app"; Description: "Abrir Terreno"; Flags: postinstall nowait skipifsilent unchecked
