/** Shared code of the tests of this module. */
@NullMarked
package dev.midstream.modcmd;

import org.jspecify.annotations.NullMarked;
