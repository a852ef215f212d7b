/** An engine ready to be driven by scripts, and small agents for it. */
@NullMarked
package dev.midstream.reassembly.script;

import org.jspecify.annotations.NullMarked;
