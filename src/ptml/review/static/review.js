// Pages work without this. It only spares a click or a wait.
"use strict";
