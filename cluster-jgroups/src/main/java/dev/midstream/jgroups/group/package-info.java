/** The carrier that uses JGroups: {@link dev.midstream.jgroups.group.GroupCarrier}. */
@NullMarked
package dev.midstream.jgroups.group;

import org.jspecify.annotations.NullMarked;
