"""How Office packages (OOXML) and OLE files are read. The plug-ins beside this folder import it only when they read."""
