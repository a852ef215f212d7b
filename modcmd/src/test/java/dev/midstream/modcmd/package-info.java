/** What the tests of this module share. */
@NullMarked
package dev.midstream.modcmd;

import org.jspecify.annotations.NullMarked;
